-- One row per municipality (kommune) and municipality that it is compared with (sammenligningskommune).
{{ config(materialized="view", contract={"enforced": true}, access="public") }}
select municipality_code, member_code, rank_number, distance, source
from {{ ref("comparison_group") }}
