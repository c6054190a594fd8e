{#- Which rows of a file are read again when only a few came or changed; a comment, as that of
    `only_changed`. Of those that are new or other than they were the first of its repeats alone is
    among them, so that nobody looks for repeats a second time. Rows of no file have their key already. -#}
{% macro only_found(source_name=none) -%}
    /* of what changed: and {{ encounter_key(source_name) if source_name else 'encounter_id' }} in (
        select changed.encounter_id from changed where changed.is_there
    ) */
{%- endmacro %}
