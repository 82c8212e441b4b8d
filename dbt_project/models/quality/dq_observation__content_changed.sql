-- One row per finding: an observation that changed in more than its status (observation.correction).
{{
    united(
        [
            pair_finding("observation.correction", "follow_up", "Observation", says_something_else("follow_up")),
            pair_finding(
                "observation.correction",
                "citizen_observation",
                "Observation",
                says_something_else("citizen_observation"),
            ),
            pair_finding(
                "observation.correction",
                "matter_of_interest",
                "Observation",
                says_something_else("matter_of_interest"),
            ),
        ]
    )
}}
