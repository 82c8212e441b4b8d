"""One site is what the public may see, as static pages: made from the public release alone, and from nothing else."""
