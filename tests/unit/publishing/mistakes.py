"""One mistake is one edit of a file of an agreement, and how it is refused: the place, what is wrong, the remedy."""

import pytest

from orchestration.publishing.records import RecordError
from tests.unit.publishing.conftest import House

Mistake = tuple[str, str, str, str, str, str]
"""The file; the text that is replaced, and by what; parts of the place, of what is wrong and of the remedy."""


def short(mistake: object) -> str:
    """What stands in the list of tests for a mistake."""
    return str(mistake[2])[:30] if isinstance(mistake, tuple) else ""


def is_refused(house: House, mistake: Mistake) -> None:
    """The edit is made, and the agreement is refused as the mistake says."""
    name, old, new, where, what, remedy = mistake
    house.edit(name, old, new)
    with pytest.raises(RecordError) as refused:
        house.agreement("flis")
    assert refused.value.where.startswith(("expectations/flis/", "expectations/common/"))
    assert where in refused.value.where
    assert what in refused.value.what
    assert remedy in refused.value.remedy
