{#
One row per version of a resource, from a staging view with one row per report of it (spec: gateway.md section 3).

relation   staging view with the envelope columns
id_column  the sender's id of the resource; it identifies within the municipality
is_error   SQL condition: this report says "entered in error" (null counts as no)

1. The order is last_updated_at, then receipt. A late older report takes its place in it and never becomes current.
2. The same content twice in a row is one version: reports repeat resources as context. The first one dates it.
3. A version holds until the next one. An error report is no version: it ends and withdraws the version just before it,
   and no more. Earlier versions stay as they were, and do not become current again.
4. An error report with nothing before it is kept as a row of its own, withdrawn at once (valid for no time), so that
   the loss of the report it withdraws can be seen. An error report right after another withdraws nothing more.
#}
{% macro resource_versions(relation, id_column, is_error) %}
    with
        ordered as (
            select *, coalesce({{ is_error }}, false) as is_error_report, lag(content_hash) over history as hash_before
            from {{ relation }}
            window
                history as (
                    partition by municipality_code, {{ id_column }}
                    order by last_updated_at, receipt_sequence, entry_index
                )
        ),

        changes as (
            select
                *,
                lag(is_error_report) over history is null as is_first,
                lead(is_error_report) over history as next_is_error,
                lead(last_updated_at) over history as next_updated_at,
                lead(submission_id) over history as next_submission_id
            from ordered
            where content_hash is distinct from hash_before
            window
                history as (
                    partition by municipality_code, {{ id_column }}
                    order by last_updated_at, receipt_sequence, entry_index
                )
        )

    select
        * exclude (
            is_error_report, hash_before, is_first, next_is_error, next_updated_at, next_submission_id, last_updated_at
        ),
        row_number() over (
            partition by municipality_code, {{ id_column }} order by last_updated_at, receipt_sequence, entry_index
        ) as version_number,
        last_updated_at as valid_from_at,
        if(is_error_report, last_updated_at, next_updated_at) as valid_to_at,
        not is_error_report and next_is_error is null as is_current,
        is_error_report or coalesce(next_is_error, false) as is_entered_in_error,
        case when is_error_report then last_updated_at when next_is_error then next_updated_at end as withdrawn_at,
        case
            when is_error_report then submission_id when next_is_error then next_submission_id
        end as withdrawn_by_submission_id
    from changes
    where is_first or not is_error_report
{% endmacro %}
