{#
One row per report of a resource that says something new of the moment it speaks of (last_updated_at). Dated by its receipt.

relation   staging view with the envelope columns
id_column  the sender's id of the resource; it identifies within the municipality

Reports repeat resources as context, and senders deliver again: what says of a moment what the report before it said of the same
moment adds no row. A build that adds appends: its rows were received after all that are there (`raw.loads` sees to it).
#}
{% macro resource_reports(relation, id_column) %}
    {%- set moment = ["municipality_code", id_column, "last_updated_at"] %}
    {%- set receipt = "report.receipt_sequence, report.bundle_id, report.entry_index" %}
    {%- set adds = adds_to_history() %}
    {%- set is_patient = relation.identifier == "stg_citizen" %}
    {%- if adds %}
        with
            arrived as (
                select *
                from {{ relation }}
                where
                    {{ is_pending("received_on") }}
                    and receipt_sequence > (select coalesce(max(receipt_sequence), 0) from {{ this }})
            ),

            said_before as (
                select
                    {{ moment | join(", ") }},
                    arg_max(content_hash, (receipt_sequence, bundle_id, entry_index)) as content_hash
                from {{ this }}
                semi join arrived using ({{ moment | join(", ") }})
                group by {{ moment | join(", ") }}
            )

    {%- endif %}
    select report.*{{ "" if is_patient else ", reporter.sor_code" }}
    from {{ "arrived" if adds else relation }} as report
    {%- if not is_patient %}
        left join
            {{ ref("stg_citizen") }} as reporter
            on reporter.submission_id = report.submission_id
            and reporter.bundle_id = report.bundle_id
            {%- if adds %} and {{ is_pending("reporter.received_on") }} {%- endif %}
    {%- endif %}
    {%- if adds %}
        left join
            said_before
            on {%- for column in moment %}
                said_before.{{ column }} = report.{{ column }}{{ " and" if not loop.last }}
            {%- endfor %}
    {%- endif %}
    qualify
        report.content_hash
        is distinct from lag(report.content_hash, 1, {{ "said_before.content_hash" if adds else "null" }}) over (
            partition by {% for column in moment %} report.{{ column }}{{ ", " if not loop.last }}{% endfor %}
            order by {{ receipt }}
        )
{% endmacro %}
