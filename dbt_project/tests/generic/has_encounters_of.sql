{#- Fails on encounters of the sources that the model lacks, and on those it has beyond
    them. -#}
{% test has_encounters_of(model, sources) %}

with expected as (

    select encounter_id
    from {{ ref('fct_encounters') }}
    where source in ('{{ sources | join("', '") }}')

)

select
    expected.encounter_id as expected_id,
    model.encounter_id as found_id
from expected
full outer join {{ model }} as model on expected.encounter_id = model.encounter_id
where expected.encounter_id is null or model.encounter_id is null

{% endtest %}
