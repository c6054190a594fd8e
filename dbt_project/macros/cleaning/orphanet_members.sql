{#- The objects of one list in Orphanet's packets that have the field `key`, one row each
    under its disorder. -#}
{% macro orphanet_members(list, key) -%}
    select
        disorders.orpha_code,
        member.object
    from disorders
    cross join lateral {{ json_members('disorders.' ~ list, key) }} as member (object)
{%- endmacro %}
