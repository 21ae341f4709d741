"""The addresses of the site and what each answers; one route a function."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from wasmforge.errors import ForgeError
from wasmforge.model.sent import TYPES
from wasmforge.model.smoke import Outcome, Trial
from wasmforge.serve.files import Files, Headers
from wasmforge.serve.hall import Hall
from wasmforge.serve.trial import job_for, judged
from wasmforge.smoke.wire import Answer

HERE = Path(__file__).parent
OURS = "/-/"
"""Where our own things lie; no component can be called so."""

MOST_ANSWER = 256 << 20
"""Bytes that a page's answer may have: the buffers of a test, and what is around them."""

SMOKE = HERE.parent / "smoke"

PAGES = {
    "": HERE / "index.html",
    "page.mjs": HERE / "page.mjs",
    "frame": SMOKE / "frame.html",
    "frame.mjs": SMOKE / "frame.mjs",
    "call.mjs": SMOKE / "call.mjs",
}


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a page sends back: how the call ended, and how many seconds it took."""

    answer: Answer
    seconds: float = 0.0


class Site:
    """What is served. `look` looks at dist anew; `hosts` are the names by which the site may be called."""

    def __init__(self, look: Callable[[], Hall], hosts: list[str]) -> None:
        self._look = look
        self._hall = look()
        self._news: set[asyncio.Event] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        routes = [
            Route("/", self._own),
            Route(OURS + "components", self._components),
            Route(OURS + "news", self._listen),
            Route(OURS + "job/{number:int}", self._job),
            Route(OURS + "answer/{number:int}", self._answer, methods=["POST"]),
            Route(OURS + "{name}", self._own),
            Route("/{path:path}", Files(lambda: self._hall.folder), methods=["GET"]),
        ]
        around = [Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False), Middleware(Headers)]
        self.app = Starlette(routes=routes, middleware=around)

    def changed(self) -> None:
        """Tell every open page to look again; may be called from any thread."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for event in self._news:
            event.set()

    async def _own(self, request: Request) -> Response:
        """Our page, the frame that a test runs in, and their scripts."""
        name = request.path_params.get("name", "")
        if name not in PAGES:
            return Response(status_code=404)
        return FileResponse(PAGES[name], media_type=TYPES[PAGES[name].suffix])

    async def _components(self, _: Request) -> Response:
        """What there is to see, looked at anew."""
        try:
            self._hall = await asyncio.to_thread(self._look)
        except ForgeError as e:
            said = msgspec.json.encode({"problem": "; ".join(str(p) for p in e.problems)})
            return Response(said, status_code=500, media_type="application/json")
        return _json(self._hall.exhibition)

    async def _job(self, request: Request) -> Response:
        """What to call for a test; its outcome, where it cannot be run in a page."""
        trial = self._trial(request)
        if trial is None:
            return Response(status_code=404)
        found = await asyncio.to_thread(job_for, self._hall, trial)
        return _json({"outcome": found} if isinstance(found, Outcome) else {"job": found})

    async def _answer(self, request: Request) -> Response:
        """What a test came to."""
        trial = self._trial(request)
        if trial is None:
            return Response(status_code=404)
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return Response(status_code=403)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MOST_ANSWER:
                return Response(status_code=413)
        try:
            verdict = msgspec.json.decode(body, type=Verdict)
        except msgspec.DecodeError as e:
            return Response(str(e), status_code=400, media_type="text/plain")
        return _json(await asyncio.to_thread(judged, trial, verdict.answer, verdict.seconds))

    async def _listen(self, _: Request) -> Response:
        """Server-sent events: one whenever something was built."""
        self._loop = asyncio.get_running_loop()
        return StreamingResponse(self._tidings(), media_type="text/event-stream")

    async def _tidings(self) -> AsyncIterator[str]:
        news = asyncio.Event()
        self._news.add(news)
        try:
            yield "retry: 1000\n\n"
            while True:
                await news.wait()
                news.clear()
                yield "data: built\n\n"
        finally:
            self._news.discard(news)

    def _trial(self, request: Request) -> Trial | None:
        number = request.path_params["number"]
        return self._hall.trials[number] if number < len(self._hall.trials) else None


def _json(what: object) -> Response:
    return Response(msgspec.json.encode(what), media_type="application/json")
