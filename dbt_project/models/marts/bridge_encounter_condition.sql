-- One row per encounter (kontakt) and condition that belong together, whichever of the two says so: the planned
-- follow-up (planlagt opfølgning) of a condition, old way and new way, is the same fact.
{{
    bridge(
        ref("int_encounter__versions"),
        "encounter_id",
        "version.condition_ids",
        "condition",
        "condition_id",
        "Encounter.reasonReference",
    )
}}

union all by name

{{
    bridge(
        ref("int_condition__versions"),
        "condition_id",
        "if(version.follow_up_encounter_id is null, [], [version.follow_up_encounter_id])",
        "encounter",
        "encounter_id",
        "Condition.extension",
    )
}}
