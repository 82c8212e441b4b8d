-- One row per finding: a goal that changed in more than its status (goal.change.new-instance).
{{ pair_finding("goal.change.new-instance", "goal", "Goal", says_something_else("goal")) }}
