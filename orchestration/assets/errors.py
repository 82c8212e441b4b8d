"""One error of an asset body is cleaned before Dagster sees it: Dagster keeps the text of an error for ever."""

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from orchestration.intake.shielding import POSSIBLE_CPR

Body = TypeVar("Body", bound=Callable[..., Any])


def without_cpr(body: Body) -> Body:
    """The body of an asset or a check, whose errors hold no CPR number.

    An error stays the one that it is, with its traceback and its causes; only their texts are cleaned. One that can't be cleaned
    becomes a RuntimeError that tells its type.
    """

    @functools.wraps(body)
    def result(*args: Any, **kwargs: Any) -> Any:
        try:
            return body(*args, **kwargs)
        except Exception as error:
            fault = _cleaned(error)
        raise fault  # outside, so that what could not be cleaned is not its context

    @functools.wraps(body)
    def events(*args: Any, **kwargs: Any) -> Iterator[Any]:
        try:
            yield from body(*args, **kwargs)
            return
        except Exception as error:
            fault = _cleaned(error)
        raise fault

    return events if inspect.isgeneratorfunction(body) else result  # type: ignore[return-value]


def _cleaned(error: Exception) -> Exception:
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain:
        one.args = tuple(POSSIBLE_CPR.sub("##########", a) if isinstance(a, str) else a for a in one.args)
        chain.append(one)
        one = one.__cause__ or one.__context__
    if any(POSSIBLE_CPR.search(f"{one} {one!r} {getattr(one, '__notes__', '')}") for one in chain):
        return RuntimeError(f"{type(error).__name__}; its text is left out, as it may quote data.")
    return error
