-- One row per indicator or part of one (indikator): what it asks and counts, its limits, who answers for it.
{{ config(materialized="view", contract={"enforced": true}, access="public") }} select * from {{ ref("indicator") }}
