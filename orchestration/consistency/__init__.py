"""One report per municipality and day tells what does not hang together over time in what it reported."""
