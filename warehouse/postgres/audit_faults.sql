-- What does not fit: a row without a link, a link without its row, a row that reads otherwise
-- than when it was sealed, a link that does not follow from the one before. Read it in UTC.
with

logged as (
    select
        'assessments' as log,
        a.assessment_id as row_id,
        sha256(convert_to(cast(to_jsonb(a) as text), 'UTF8')) as content_hash
    from serving.assessments as a
    union all
    select
        'feedback' as log,
        f.feedback_id as row_id,
        sha256(convert_to(cast(to_jsonb(f) as text), 'UTF8')) as content_hash
    from serving.feedback as f
),

linked as (
    select
        c.*,
        lag(c.chain_hash, 1, sha256('')) over (order by c.link_no) as hash_before,
        row_number() over (order by c.link_no) as place,
        case c.scheme
            when 1 then sha256(c.previous_hash || int8send(c.link_no) || c.content_hash)
            when 2 then sha256(
                    c.previous_hash || int8send(c.link_no) || c.content_hash
                    || timestamptz_send(c.sealed_at)
                )
        end as hash_due
    from serving.audit_chain as c
),

compared as (
    select
        l.link_no,
        coalesce(l.log, r.log) as log,
        coalesce(l.row_id, r.row_id) as row_id,
        case
            when l.link_no is null then 'inserted'
            when r.row_id is null then 'removed'
            when r.content_hash != l.content_hash then 'changed'
            when l.place != l.link_no or l.previous_hash != l.hash_before then 'chain broken'
            when coalesce(l.chain_hash != l.hash_due, true) then 'chain broken'
        end as fault
    from linked as l
    full outer join logged as r on l.log = r.log and l.row_id = r.row_id
),

final as (
    select * from compared
    where fault is not null
)

select * from final
