-- One row per finding: a resource that stands and still points at one that was withdrawn (error.dependents.cleaned).
{{ dangling("error.dependents.cleaned", "withdrawn") }}
