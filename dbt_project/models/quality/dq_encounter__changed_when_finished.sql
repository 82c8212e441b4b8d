-- One row per finding: a general encounter that changed in more than its status after it was finished
-- (generalEncounter.correction).
{%- set condition %}
before.status_code = 'finished'
and before.profile_code = 'care-general-encounter'
and ({{ says_something_else("encounter") }})
{%- endset %}
{{ pair_finding("generalEncounter.correction", "encounter", "Encounter", condition) }}
