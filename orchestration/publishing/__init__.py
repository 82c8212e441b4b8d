"""One release is what one recipient may have, from agreement over candidate and gate to files that are whole."""
