"""One function is one page of a municipality: what was delivered for it, and what became of that. Only to the sender itself."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from orchestration.door.answers import Refusal
from orchestration.door.context import door
from orchestration.door.rendering import WORDS, in_words, page, who_is
from orchestration.door.tokens import Access
from orchestration.intake.landing import COPENHAGEN
from orchestration.intake.senders import Sender

MOST, DAYS, WARN_DAYS = 50, 14, 30
STATES = {"": "alle", "accepted": "modtaget", "rejected": "afvist"}
STATE_WORDS = {**STATES, "duplicate": "modtaget før"}


async def mine(request: Request) -> Response:
    """GET /leverancer: on to the sender's first municipality."""
    who = await who_is(request)
    codes = _codes(who) if who else []
    return RedirectResponse(f"/kommune/{codes[0]}" if codes else "/login", 303)


async def municipality(request: Request) -> Response:
    """GET /kommune/{code}: what the sender delivered for one of its municipalities."""
    here, who = door(request), await who_is(request)
    code = request.path_params["code"]
    if who is None:
        return RedirectResponse("/login", 303)
    if code not in _codes(who):
        raise Refusal("door.report.unknown")
    today = datetime.now(UTC).astimezone(COPENHAGEN).date()
    days = [(today - timedelta(days=back)).isoformat() for back in range(DAYS)]
    day, state, before = (request.query_params.get(name, "") for name in ("dag", "svar", "foer"))
    day, state = day if _is_day(day) else "", state if state in STATES else ""
    last = int(before) if before.isdecimal() and len(before) < 18 else None
    found = await asyncio.to_thread(
        here.lookup.page, code, before=last, state=state or None, day=day or None, most=MOST
    )
    rows = [
        {
            **row._asdict(),
            "at": f"{row.received.astimezone(COPENHAGEN):%d.%m.%Y %H:%M:%S}",
            "word": STATE_WORDS[row.state],
        }
        for row in found.rows
        if row.sender_id == who.sender.sender_id
    ]
    files = await asyncio.to_thread(here.following.outcomes.files_of, code, day, MOST) if day else []
    shown = [f | {"word": STATE_WORDS[f["state"]]} for f in files if f["sender_id"] == who.sender.sender_id]
    return page(
        "submissions.html",
        who,
        municipality=f"kommune {code}",
        others=[other for other in _codes(who) if other != code],
        warnings=key_warnings(who.sender, today),
        **{"days": days, "day": day, "state": state, "states": list(STATES.items())},
        **{"rows": rows, "before": found.before, "files": shown},
    )


async def submission(request: Request) -> Response:
    """GET /leverance/{day}/{id}: one submission, from its receipt on."""
    here, who = door(request), await who_is(request)
    if who is None:
        return RedirectResponse("/login", 303)
    day, submission_id = request.path_params["day"], request.path_params["id"]
    if not _is_day(day):
        raise Refusal("door.report.unknown")
    followed = await asyncio.to_thread(here.following.of_submission, submission_id, day, who.sender)
    if followed is None:
        raise Refusal("door.report.unknown")
    at = datetime.fromisoformat(followed.received_at).astimezone(COPENHAGEN)
    since = [in_words(one.finding) | {"found_on": one.found_on} for one in followed.outcome.since]
    return page(
        "submission.html",
        who,
        **{"followed": followed, "at": f"{at:%d.%m.%Y %H:%M:%S}", "word": STATE_WORDS[followed.state]},
        **{"findings": [in_words(f) for f in followed.findings], "since": since, "words": WORDS},
    )


def key_warnings(sender: Sender, today: date) -> list[str]:
    """What a sender should know of its keys: those that run out within 30 days, unless a newer one is there."""
    held = [key for key in sender.keys if key.holds(today)]
    last = max((key.valid_until for key in held), default=today)
    if (last - today).days > WARN_DAYS or not held:
        return []
    return [f"Nøglen udløber {last:%d.%m.%Y}. Send KL en ny offentlig nøgle inden da."]


def _codes(who: Access) -> list[str]:
    return sorted({o.municipality_code for o in who.sender.organisations if o.sor_code in who.sor_codes})


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
