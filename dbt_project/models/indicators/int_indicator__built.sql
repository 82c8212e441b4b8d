-- One row per warehouse: by which project, from which cut-offs and when all indicators were last made and tested. Made
-- after their tests; while it holds, a build may leave them as they are (orchestration/indicators/due.py).
select
    '{{ project_fingerprint() }}' as project_fingerprint,
    md5(coalesce(string_agg(snapshot_key || '=' || fingerprint, ',' order by snapshot_key), '')) as frozen_fingerprint,
    {{ "date '" ~ run_started_at.date() ~ "'" if is_whole_build() else "cast(null as date)" }} as all_tested_on
from
    {{ ref("int_indicator__frozen") }}
    -- depends_on: {{ ref('dim_comparison_group') }}
    -- depends_on: {{ ref('dim_indicator') }}
    -- depends_on: {{ ref('ind_public_value') }}
    -- depends_on: {{ ref('ind_vintage') }}
