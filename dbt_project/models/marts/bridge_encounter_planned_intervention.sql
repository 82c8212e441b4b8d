-- One row per encounter (kontakt) and planned intervention that belong together, whichever of the two says so: a
-- delivery
-- of the intervention, or its planned follow-up.
{{
    bridge(
        ref("int_encounter__versions"),
        "encounter_id",
        "version.planned_intervention_ids",
        "planned_intervention",
        "planned_intervention_id",
        "Encounter.extension",
    )
}}

union all by name

{{
    bridge(
        ref("int_planned_intervention__versions"),
        "planned_intervention_id",
        "if(version.follow_up_encounter_id is null, [], [version.follow_up_encounter_id])",
        "encounter",
        "encounter_id",
        "CarePlan.extension",
    )
}}
