"""What the HTTP door has acknowledged: append-only segments on disk, and an index that decides who used an id first."""
