-- One row per month and cut-off that was looked at, and what it was made from. Made last: a build that failed is
-- taken up
-- again by the next one.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key="snapshot_key",
    )
}}
select snapshot.*, touched.snapshot_key is not null as is_vintage
from {{ ref("int_indicator__snapshot") }} as snapshot
left join
    {{ ref("int_indicator__touched") }} as touched on touched.snapshot_key = snapshot.snapshot_key
    -- depends_on: {{ ref('int_indicator__cell') }}
    -- depends_on: {{ ref('int_indicator__value') }}
