"""The application: addresses, and what is read from and written to a connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from firth.errors import FirthError, MissingExtra, OptionError, UnknownWord
from firth.serving.endpoints import Answer, Endpoints, Question
from firth.serving.hosts import Hosts
from firth.serving.limits import Limits, Rate, Refusal, body_of
from firth.vectors.wordvectors import WordVectors

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

_LISTS = ("positive", "negative")  # parameters that may be given several times


def application(vectors: WordVectors, limits: Limits | None = None, hosts: Hosts | None = None) -> Starlette:
    """An ASGI application that answers questions about words; any ASGI server runs it.

    ========================  ==================================================================
    ``GET /health``           whether it answers; never limited
    ``GET /info``             words, dimensions, the recall of searches
    ``GET, POST /neighbors``  ``word``, or ``positive`` and ``negative``, or ``vector``; ``topn``
    ``GET, POST /analogy``    ``a``, ``b``, ``c``; ``topn``
    ``GET, POST /similarity`` ``a``, ``b``
    ``GET, POST /vector``     ``word``
    ``POST /batch``           ``questions``: a list of the above, each with its name as ``ask``
    ========================  ==================================================================

    Args:
        vectors: what is served; with an index, approximately.
        limits: limits of requests; by default those of :class:`Limits`.
        hosts: the host names under which it may be asked; None for any, such as behind a server that checks them.

    Raises:
        MissingExtra: Starlette is not installed.
    """
    try:
        from starlette.applications import Starlette
        from starlette.exceptions import HTTPException
        from starlette.responses import Response
        from starlette.routing import Route
    except ImportError as error:
        raise MissingExtra("firth serve", "serve") from error
    limits = Limits() if limits is None else limits
    rate = None if limits.rate is None else Rate(limits.rate)
    endpoints = Endpoints(vectors, limits)
    _ = vectors.norms, vectors.key_to_index  # the first question does not wait for them

    def answered(status: int, content: Answer, headers: dict[str, str] | None = None) -> Response:
        # Escaped, so that words with lone surrogates are valid JSON.
        body = json.dumps(content, allow_nan=False, separators=(",", ":"))
        return Response(body + "\n", status, headers, "application/json")

    def address(path: str, methods: list[str], answer: Callable[[Request], Awaitable[Answer]]) -> Route:
        async def respond(request: Request) -> Response:
            try:
                if hosts is not None:
                    hosts.check(request.headers.get("host"))
                if rate is not None and path != "/health":
                    rate.check(request.client.host if request.client else "")
                return answered(200, await answer(request))
            except (Refusal, FirthError, RecursionError) as error:
                if isinstance(error, UnknownWord):
                    error = await endpoints.with_spellings(error)
                status, told, headers = _refused(error)
                return answered(status, told, headers)

        return Route(path, respond, methods=methods)

    async def health(_: Request) -> Answer:
        return {"status": "ok"}

    async def info(_: Request) -> Answer:
        return endpoints.info()

    def single(kind: str) -> Callable[[Request], Awaitable[Answer]]:
        async def answer(request: Request) -> Answer:
            question = _of_address(request) if request.method != "POST" else await _of_body(request, limits)
            return await endpoints.kinds[kind](question)

        return answer

    async def batch(request: Request) -> Answer:
        questions = (await _of_body(request, limits)).get("questions")
        if not isinstance(questions, list) or not all(isinstance(question, dict) for question in questions):
            raise OptionError(
                "no questions, expected a list of objects", hint='{"questions": [{"ask": "neighbors", ...}]}'
            )
        if len(questions) > limits.batch:
            raise OptionError(f"{len(questions)} questions, expected {limits.batch} at most")
        return {"answers": list(await asyncio.gather(*map(one_of_batch, questions)))}

    async def one_of_batch(question: dict[str, Any]) -> Answer:
        kind = question.get("ask")
        try:
            if not isinstance(kind, str) or kind not in endpoints.kinds:
                raise OptionError(f"ask is {kind!r:.40}, expected one of {', '.join(endpoints.kinds)}")
            return await endpoints.kinds[kind]({name: value for name, value in question.items() if name != "ask"})
        except FirthError as error:
            return _refused(error)[1]

    async def not_found(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404:
            told = _told("no such address", f"the addresses are {', '.join(route.path for route in routes)}")
        else:
            told = _told(error.detail, None)
        return answered(error.status_code, told, dict(error.headers or {}))

    async def failed(_request: Request, _error: Exception) -> Response:
        return answered(500, _told("the server failed; its log says why", None))

    routes = [
        address("/health", ["GET"], health),
        address("/info", ["GET"], info),
        *(address(f"/{kind}", ["GET", "POST"], single(kind)) for kind in endpoints.kinds),
        address("/batch", ["POST"], batch),
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: not_found, Exception: failed})


def _of_address(request: Request) -> Question:
    """The question in the query of an address, such as ``?word=king&topn=5``."""
    given = request.query_params
    question: dict[str, Any] = {name: given.getlist(name) if name in _LISTS else given[name] for name in given}
    if "vector" in question:
        raise OptionError("a vector in the address, expected it in the body of a POST")
    topn = question.get("topn")
    if isinstance(topn, str) and topn.isascii() and topn.isdigit() and len(topn) < 10:
        question["topn"] = int(topn)
    return question


async def _of_body(request: Request, limits: Limits) -> dict[str, Any]:
    """The question in a body of JSON."""
    body = await body_of(request, limits)
    try:
        question = json.loads(body)
    except ValueError as error:
        raise OptionError(f"the body is not JSON ({error})") from error
    if not isinstance(question, dict):
        raise OptionError("the body is no JSON object", hint='{"word": "king"}')
    return question


def _refused(error: Exception) -> tuple[int, Answer, dict[str, str]]:
    """Status, content and headers of the answer to a question that has none."""
    if isinstance(error, Refusal):
        return error.status, _told(error.message, error.hint), error.headers
    if isinstance(error, UnknownWord):
        return 404, _told(error.message, error.hint) | ({"close": error.close} if error.close else {}), {}
    if isinstance(error, FirthError):
        return 400, _told(error.message, error.hint), {}
    return 400, _told("the body is nested too deeply", None), {}


def _told(message: str, hint: str | None) -> Answer:
    return {"error": message} if hint is None else {"error": message, "hint": hint}
