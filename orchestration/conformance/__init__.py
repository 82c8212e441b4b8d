"""One verdict per bundle: bytes in, findings and typed rows out. Pure: imports nothing of ours, reads only its own profile data."""
