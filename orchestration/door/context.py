"""One `Door` is what every request shares: who may report, where reports go, who judges, what was written down."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from starlette.requests import Request

from orchestration.door.answers import Language, Refusal, language
from orchestration.door.following import Following
from orchestration.door.issuer import Issuer
from orchestration.door.judging import Judge
from orchestration.door.limits import Limits
from orchestration.door.lookup import Lookup
from orchestration.door.registry import Registry
from orchestration.door.storing import Store
from orchestration.door.tokens import Access, Tokens
from orchestration.intake.landing import COPENHAGEN
from orchestration.settings import Settings


@dataclass(frozen=True)
class Door:
    """`issuer` is None where tokens are issued elsewhere."""

    settings: Settings
    registry: Registry
    tokens: Tokens
    issuer: Issuer | None
    limits: Limits
    judge: Judge
    store: Store
    lookup: Lookup
    following: Following

    def as_of(self) -> date:
        """The date whose rules are in force."""
        return self.settings.as_of or datetime.now(UTC).astimezone(COPENHAGEN).date()


def door(request: Request) -> Door:
    """The door that a request came to."""
    found: Door = request.app.state.door
    return found


def lang(request: Request) -> Language:
    """The language of the answer."""
    return language(request.headers.get("accept-language", ""))


async def access(request: Request) -> Access:
    """Who sends, counted against what it may send.

    Raises:
        Refusal: 401 or 429.
    """
    here = door(request)
    found = await here.tokens.access(request.headers.get("authorization"))
    request.state.told["sender"] = found.sender.sender_id
    try:
        here.limits.take(found.sender)
    except Refusal:
        await here.limits.hold_back(found.sender)
        raise
    return found
