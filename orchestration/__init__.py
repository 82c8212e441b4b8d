"""The KL Gateway code location, and the Python that it orchestrates."""
