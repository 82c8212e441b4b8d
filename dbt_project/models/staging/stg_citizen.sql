-- One row per report of a citizen (borger): each accepted submission holds exactly one.
select {{ envelope("report") }}, report.sor_code, report.is_active, report.is_deceased
from {{ source("raw", "citizen") }} as report
