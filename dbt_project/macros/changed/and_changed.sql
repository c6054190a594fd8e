{#- Which rows a test asks when only a few changed; a comment, as that of `only_changed`. Nothing if
    the model is made whole, and where rows are told by other columns than `columns`, if given. A row
    that stays was asked by the build that made it. -#}
{% macro and_changed(relation, columns=none) -%}
    {%- set key = key_of_changed(relation) -%}
    {%- if key and (columns is none or key in columns) -%}
    /* of what changed: and {{ key }} in (select changed.{{ key }} from changed) */
    {%- endif -%}
{%- endmacro %}

{#- By which column a model's rows are made again; none if all are, or more than those. -#}
{% macro key_of_changed(relation) -%}
    {%- set found = namespace(key=none) -%}
    {%- if execute and relation is not string -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
            {%- if node.name == relation.identifier and 'always_made' not in node.config.meta -%}
                {%- set said = modules.re.search("only_(changed|found)[(]'?(\\w*)'?[)]", node.raw_code) -%}
                {%- if said -%}
                    {%- set is_named = said.group(1) == 'changed' and said.group(2) -%}
                    {%- set found.key = said.group(2) if is_named else 'encounter_id' -%}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found.key) }}
{%- endmacro %}
