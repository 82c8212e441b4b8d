{#
One row per distinct report of a resource: its id, the moment it speaks of, its content. Dated by its first receipt.

relation   staging view with the envelope columns
id_column  the sender's id of the resource; it identifies within the municipality

Reports repeat resources as context, and senders deliver again: what says nothing new adds no row.
#}
{% macro resource_reports(relation, id_column) %}
    {%- set identity = ["municipality_code", id_column, "last_updated_at", "content_hash"] %}
    {%- set adds = adds_to_history() %}
    {%- set is_patient = relation.identifier == "stg_citizen" %}
    select report.*{{ "" if is_patient else ", reporter.sor_code" }}
    from {{ relation }} as report
    {%- if not is_patient %}
        left join
            {{ ref("stg_citizen") }} as reporter
            on reporter.submission_id = report.submission_id
            and reporter.bundle_id = report.bundle_id
            {%- if adds %} and {{ is_pending("reporter.received_on") }} {%- endif %}
    {%- endif %}
    {%- if adds %}
        left join
            {{ this }} as known on known.receipt_sequence <= report.receipt_sequence
            {%- for column in identity %} and known.{{ column }} = report.{{ column }} {%- endfor %}
        where {{ is_pending("report.received_on") }} and known.{{ id_column }} is null
    {%- endif %}
    qualify
        row_number() over (
            partition by {% for column in identity %} report.{{ column }}{{ ", " if not loop.last }}{% endfor %}
            order by report.receipt_sequence, report.bundle_id, report.entry_index
        )
        = 1
{% endmacro %}
