{#- The evidence of some sources' encounters, ready to have many codes read out of it. -#}
{% macro opened_evidence(source_names) -%}
    select
        encounter_id,
        event_timestamp,
        created_at,
        {{ opened_map('known') }} as known
    from evidence
    where {{ read_once("source in ('" ~ source_names | join("', '") ~ "')") }}
{%- endmacro %}
