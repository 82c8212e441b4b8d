-- One row per snapshot, final result of a follow-up (opfølgning), and condition that it is about.
{{ config(materialized="view") }}
select
    snapshot_key,
    municipality_code,
    unnest(condition_ids) as condition_id,
    follow_up_observation_id,
    result_legacy_code,
    effective_on
from {{ ref("int_indicator__follow_up") }}
