-- One row per citizen who is none: a national test person (*testperson*), by number and never by a pattern.
{{ config(materialized="view") }}
select identity.citizen_key
from {{ ref("int_citizen__identity") }} as identity
semi join {{ ref("test_citizen") }} as test on test.test_number = identity.cpr
