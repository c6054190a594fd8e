{#- Which rows of a table are made again when a few encounters changed, as a comment: dbt makes
    everything whole. What it compiled Semia keeps, and `semia build --changed` opens the comment
    (warehouse/building/made_again.py) where the table `changed` holds who changed. A model that is made again
    by encounter says it of everything it reads that has one, and of itself: these rows go, and those
    made anew come. One that is made by person or by block says `only_changed('patient_id')`.

    Whether a spine holds a row of a validation source depends on whether there is any other: with
    `meta.always_made: validation` rows of such sources, which are few, are made each time. -#}
{% macro only_changed(key='encounter_id') -%}
    /* of what changed: where
        {{ key }} in (select changed.{{ key }} from changed)
        {%- if model.config.meta.get('always_made') %}
        or source in (
            select labels.source
            from {{ ref('fct_labels') }} as labels
            where labels.role = '{{ model.config.meta.always_made }}'
        )
        {%- endif %} */
{%- endmacro %}
