{# One failing row is a code that the FHIR value set (seed fhir_code) does not list; null passes. #}
{% test in_value_set(model, column_name, value_set) %}
    select 1 as failure
    from {{ model }} as tested
    where
        tested.{{ column_name }} is not null
        and tested.{{ column_name }}
        not in (select listed.code from {{ ref("fhir_code") }} as listed where listed.value_set = '{{ value_set }}')
{% endtest %}
