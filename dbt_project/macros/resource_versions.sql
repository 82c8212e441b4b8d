{#
One row per version of a resource and belief about it, from its distinct reports (spec: gateway.md section 3).

reports    int_<noun>__reports: one row per distinct report, dated by its first receipt
id_column  the sender's id of the resource; it identifies within the municipality
is_error   SQL condition: this report says "entered in error" (null counts as no)
is_open    SQL condition: by this version the thing goes on; `closed_from_at` is since when it does not

Valid time: what holds when.
1. The order is last_updated_at, then receipt. A late older report takes its place in it and never becomes current.
2. The same content twice in a row is one version: the first one dates it.
3. A version holds until the next one. An error report is no version: it ends and withdraws the version just before it,
   and no more. Earlier versions stay as they were, and do not become current again.
4. An error report with nothing before it is kept as a row of its own, withdrawn at once (valid for no time), so that
   the loss of the report it withdraws can be seen. An error report right after another withdraws nothing more.

Known time: what was believed when. A row is believed from known_from_at until known_to_at; null is now. What a report
changes about an earlier version (its end, its withdrawal) closes the belief and opens another one. Reports that arrive in
order only add at the end; a late one begins an *epoch*, in which the history is told anew, and what it did not change is
joined again with the belief before.
#}
{% macro resource_versions(reports, id_column, is_error, is_open="true") %}
    {%- set resource = "municipality_code, " ~ id_column %}
    {%- set receipt = "receipt_sequence, bundle_id, entry_index" %}
    with
        {%- if adds_to_history() %}
            touched as (select distinct {{ resource }} from {{ reports }} where {{ is_pending("received_on") }}),
        {%- endif %}

        received as (
            select
                *,
                coalesce({{ is_error }}, false) as is_error_report,
                coalesce({{ is_open }}, false) as is_open_report,
                last_updated_at < max(last_updated_at) over (
                    partition by {{ resource }} order by {{ receipt }} rows between unbounded preceding and 1 preceding
                ) as is_late
            from {{ reports }}
            {%- if adds_to_history() %} semi join touched using ({{ resource }}) {%- endif %}
        ),

        numbered as (
            select
                * exclude (is_late),
                count(*) filter (is_late) over (
                    partition by {{ resource }} order by {{ receipt }} rows unbounded preceding
                ) as epoch_number
            from received
        ),

        epochs as (
            select
                {{ resource }},
                epoch_number,
                min(received_at) as epoch_from_at,
                lead(min(received_at)) over (partition by {{ resource }} order by epoch_number) as epoch_to_at
            from numbered
            group by {{ resource }}, epoch_number
        ),

        told as (
            select
                report.* exclude (epoch_number),
                epoch.epoch_number,
                epoch.epoch_from_at,
                epoch.epoch_to_at,
                lag(report.content_hash) over history as hash_before
            from numbered as report
            inner join
                epochs as epoch
                on epoch.municipality_code = report.municipality_code
                and epoch.{{ id_column }} = report.{{ id_column }}
                and epoch.epoch_number >= report.epoch_number
            where epoch.epoch_to_at is null or epoch.epoch_from_at < epoch.epoch_to_at
            window
                history as (
                    partition by report.municipality_code, report.{{ id_column }}, epoch.epoch_number
                    order by report.last_updated_at, report.receipt_sequence, report.bundle_id, report.entry_index
                )
        ),

        changes as (
            select
                *,
                lag(is_error_report) over history is null as is_first,
                lead(is_error_report) over history as next_is_error,
                lead(last_updated_at) over history as next_updated_at,
                lead(received_at) over history as next_received_at,
                lead(submission_id) over history as next_submission_id
            from told
            where content_hash is distinct from hash_before
            window history as (partition by {{ resource }}, epoch_number order by last_updated_at, {{ receipt }})
        ),

        versions as (
            select
                *,
                greatest(received_at, epoch_from_at) as told_from_at,
                coalesce(next_received_at > greatest(received_at, epoch_from_at), false) as is_open_at_first,
                row_number() over history as version_number,
                lead(epoch_number) over history is null as is_newest,
                max(last_updated_at) filter (
                    is_open_report and not is_error_report and not coalesce(next_is_error, false)
                ) over (history rows unbounded preceding) as last_open_at
            from changes
            where is_first or not is_error_report
            window history as (partition by {{ resource }}, epoch_number order by last_updated_at, {{ receipt }})
        ),

        closings as (
            select
                *,
                if(
                    is_open_report or is_error_report,
                    null,
                    min(last_updated_at) filter (
                        not is_open_report and not is_error_report and not coalesce(next_is_error, false)
                    ) over (partition by {{ resource }}, epoch_number, last_open_at)
                ) as closed_from_at
            from versions
        ),

        -- A version that something follows was, until that arrived, the open end of the history.
        beliefs as (
            select
                * exclude (next_is_error, next_updated_at, next_submission_id),
                told_from_at as known_from_at,
                if(is_open_at_first, next_received_at, epoch_to_at) as known_to_at,
                if(is_open_at_first, null, next_is_error) as next_is_error,
                if(is_open_at_first, null, next_updated_at) as next_updated_at,
                if(is_open_at_first, null, next_submission_id) as next_submission_id
            from closings

            union all by name

            select *, next_received_at as known_from_at, epoch_to_at as known_to_at
            from closings
            where is_open_at_first
        ),

        stated as (
            select
                * exclude (next_is_error, next_updated_at, next_submission_id),
                if(is_error_report, last_updated_at, next_updated_at) as valid_to_at,
                is_error_report or coalesce(next_is_error, false) as is_entered_in_error,
                case
                    when is_error_report then last_updated_at when next_is_error then next_updated_at
                end as withdrawn_at,
                case
                    when is_error_report then submission_id when next_is_error then next_submission_id
                end as withdrawn_by_submission_id
            from beliefs
            where known_to_at is null or known_from_at < known_to_at
        ),

        -- Beliefs one after another that say the same are one.
        joined as (
            select
                *,
                known_from_at is not distinct from lag(known_to_at) over same
                and valid_to_at is not distinct from lag(valid_to_at) over same
                and withdrawn_by_submission_id is not distinct from lag(withdrawn_by_submission_id) over same
                and closed_from_at is not distinct from lag(closed_from_at) over same as is_continued
            from stated
            window same as (partition by {{ resource }}, submission_id, bundle_id, entry_index order by known_from_at)
        ),

        islands as (
            select
                *,
                count(*) filter (not is_continued) over (
                    partition by {{ resource }}, submission_id, bundle_id, entry_index
                    order by known_from_at
                    rows unbounded preceding
                ) as belief_number
            from joined
        )

    select
        * exclude (
            is_error_report,
            is_open_report,
            epoch_number,
            epoch_from_at,
            epoch_to_at,
            hash_before,
            is_first,
            next_received_at,
            told_from_at,
            is_open_at_first,
            last_open_at,
            is_continued,
            belief_number,
            last_updated_at,
            version_number,
            known_from_at,
            known_to_at,
            is_newest
        ),
        cast(version_number as integer) as version_number,
        last_updated_at as valid_from_at,
        first_value(known_from_at) over belief as known_from_at,
        known_to_at,
        known_to_at is null and is_newest as is_newest,
        known_to_at is null and valid_to_at is null and not is_entered_in_error as is_current
    from islands
    window
        belief as (
            partition by {{ resource }}, submission_id, bundle_id, entry_index, belief_number order by known_from_at
        )
    -- The last of an island: its end is the belief's, its number the one last known.
    qualify lead(known_from_at) over belief is null
{% endmacro %}
