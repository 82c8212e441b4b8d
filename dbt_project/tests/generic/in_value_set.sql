{# One failing row is a code that the FHIR value set (seed fhir_code) does not list; null passes. It warns and stops
nothing: the row is kept. #}
{% test in_value_set(model, column_name, value_set) %}
    {{ config(severity="warn") }}
    select 1 as failure
    from {{ model }} as tested
    where
        tested.{{ column_name }} is not null
        and tested.{{ column_name }}
        not in (select listed.code from {{ ref("fhir_code") }} as listed where listed.value_set = '{{ value_set }}')
{% endtest %}
