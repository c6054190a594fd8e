{#- A hash of a whole row of the CTE `relation`: two rows that differ have another. -#}
{% macro row_digest(relation) -%}
    {{ return(adapter.dispatch('row_digest')(relation)) }}
{%- endmacro %}

{% macro default__row_digest(relation) -%}
    md5(to_json(struct({{ relation }}.*)))
{%- endmacro %}

{% macro postgres__row_digest(relation) -%}
    md5(cast({{ relation }} as text))
{%- endmacro %}
