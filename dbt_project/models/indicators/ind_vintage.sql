-- One row per month and vintage (årgang) of its figures: the cut-off, and whether it is the newest.
{{ config(materialized="view", contract={"enforced": true}, access="public") }}
select
    month_end_on,
    cast(row_number() over (partition by month_end_on order by cut_off_on) as integer) as vintage_number,
    cut_off_on,
    known_at as frozen_at,
    lead(cut_off_on) over (partition by month_end_on order by cut_off_on) is null as is_newest_vintage
from {{ ref("int_indicator__frozen") }}
where is_vintage
