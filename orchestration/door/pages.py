"""One function is one page for people, in Danish: what this is, a trial, the way in and out."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from orchestration.door import municipal_pages
from orchestration.door.answers import Refusal, texts
from orchestration.door.bodies import form
from orchestration.door.context import door
from orchestration.door.rendering import COOKIE, TEMPLATES, WORDS, in_words, page, who_is

LONGEST_TRIAL = 1 << 20
TRIAL_RATE = 5.0


async def front(request: Request) -> Response:
    """GET /: what this is, and how to begin."""
    return page(
        "front.html", await who_is(request), url=door(request).settings.door_url, token_endpoint=_endpoint(request)
    )


async def style(_: Request) -> Response:
    """GET /stil.css."""
    headers = {"Cache-Control": "max-age=3600"}
    return Response((TEMPLATES / "page.css").read_bytes(), media_type="text/css", headers=headers)


async def login(request: Request) -> Response:
    """GET and POST /login: a token becomes a cookie that scripts and other sites can't use."""
    problem = ""
    if request.method == "POST":
        token = (await form(request)).get("token", "").strip()
        try:
            who = await door(request).tokens.of_token(token)
        except Refusal as refusal:
            problem = f"{texts()[refusal.code].da} {texts()[refusal.code].remedy_da}"
        else:
            request.state.told["sender"] = who.sender.sender_id
            onward = RedirectResponse("/leverancer", 303)
            secure = door(request).settings.door_url.startswith("https:")
            onward.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, max_age=1200)
            return onward
    answer = page("login.html", None, problem=problem, token_endpoint=_endpoint(request))
    answer.status_code = 401 if problem else 200
    return answer


async def logout(_: Request) -> Response:
    """POST /logout."""
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


async def trial(request: Request) -> Response:
    """GET and POST /proev: judge a report that someone pastes, and forget it."""
    more: dict[str, Any] = {"problem": "", "answer": None, "findings": []}
    if request.method == "POST":
        here = door(request)
        here.limits.take_of("/proev", TRIAL_RATE, "door.rate.all")
        report = (await form(request, LONGEST_TRIAL)).get("report", "")
        judged = await here.judge(report.encode("utf-8", "surrogatepass"), None, here.as_of())
        if judged.status == "fault":
            raise Refusal("door.fault")
        more |= {
            "answer": {"accepted": judged.status == "accepted"},
            "findings": [in_words(f) for f in judged.findings],
        }
    return page("trial.html", await who_is(request), words=WORDS, **more)


def _endpoint(request: Request) -> str:
    where = door(request).settings
    return f"{where.door_url}/oauth2/token" if where.issuer is None else where.issuer


ROUTES = [
    Route("/", front, methods=["GET"]),
    Route("/stil.css", style, methods=["GET"]),
    Route("/login", login, methods=["GET", "POST"]),
    Route("/logout", logout, methods=["POST"]),
    Route("/proev", trial, methods=["GET", "POST"]),
    Route("/leverancer", municipal_pages.mine, methods=["GET"]),
    Route("/kommune/{code}", municipal_pages.municipality, methods=["GET"]),
    Route("/leverance/{day}/{id}", municipal_pages.submission, methods=["GET"]),
]
