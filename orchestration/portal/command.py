"""One run of `klgateway portal` makes the site of the newest public release, as the asset `portal` does."""

import sys
from datetime import UTC, datetime

from orchestration.portal.publishing import FaultySite, publish
from orchestration.portal.reading import NoFigures
from orchestration.publishing.signing import KeyFault, load_signer
from orchestration.settings import settings


def make_portal() -> int:
    """Make the site, and say where it is. 0 done, 1 it may not be shown (the former one stands), 2 no release or no key."""
    where = settings()
    try:
        signer = load_signer(where.signing_key or where.demo_key, create=where.signing_key is None)
        done = publish(where.releases_dir, where.portal_dir, signer, now=datetime.now(UTC))
    except (NoFigures, KeyFault) as error:
        print(error, file=sys.stderr)  # noqa: T201  # the answer of the command
        return 2
    except FaultySite as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print(f"{done.status}: {len(done.record.files)} files; begin with {done.directory / 'index.html'}")  # noqa: T201
    return 0
