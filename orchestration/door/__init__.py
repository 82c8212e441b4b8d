"""The HTTP door: a report in, judged and on disk before it is answered; and what became of it. No engine in it."""
