"""One `ImportRefused` is one reason, in one line, why a package can't be imported."""


class ImportRefused(Exception):
    """The package, or the place to write to, can't be used; the text is for a person and says which and why."""
