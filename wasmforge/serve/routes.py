"""The routes of the site: one function per address."""

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
from wasmforge.model.http import TYPES
from wasmforge.model.smoke import Outcome, SmokeRun
from wasmforge.runtimes.protocol import Answer
from wasmforge.safe_paths import Directory
from wasmforge.serve.browser_test import evaluate_answer, job_for
from wasmforge.serve.files import Files, HeadersMiddleware
from wasmforge.serve.state import SiteState

HERE = Path(__file__).parent
OURS = "/-/"
"""The prefix of our own addresses; no component can have this name."""

MAX_ANSWER_BYTES = 256 << 20
"""The largest answer of a page, which has the buffers of a test."""

RUNTIMES = HERE.parent / "runtimes"

PAGES = {
    "": HERE / "index.html",
    "page.mjs": HERE / "page.mjs",
    "frame": RUNTIMES / "chromium" / "frame.html",
    "frame.mjs": RUNTIMES / "chromium" / "frame.mjs",
    "call.mjs": RUNTIMES / "js" / "call.mjs",
}


class PageAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a page sends: how the call ended, and how many seconds it took."""

    answer: Answer
    seconds: float = 0.0


class Site:
    """The ASGI application `app`. `read_state` reads dist; `hosts` are the host names that requests may have."""

    def __init__(self, read_state: Callable[[], SiteState], hosts: list[str]) -> None:
        self._read_state = read_state
        self._state = read_state()
        self._events: set[asyncio.Event] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

        def served() -> Directory:
            return self._state.open()

        routes = [
            Route("/", self._own),
            Route(OURS + "components", self._components),
            Route(OURS + "events", self._send_events),
            Route(OURS + "job/{number:int}", self._job),
            Route(OURS + "answer/{number:int}", self._answer, methods=["POST"]),
            Route(OURS + "{name}", self._own),
            Route("/{path:path}", Files(served), methods=["GET"]),
        ]
        around = [
            Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
            Middleware(HeadersMiddleware),
        ]
        self.app = Starlette(routes=routes, middleware=around)

    def changed(self) -> None:
        """Make every open page load the index again. May be called from any thread."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for event in self._events:
            event.set()

    async def _own(self, request: Request) -> Response:
        """Our page, the iframe of a test, and their scripts."""
        name = request.path_params.get("name", "")
        if name not in PAGES:
            return Response(status_code=404)
        return FileResponse(PAGES[name], media_type=TYPES[PAGES[name].suffix])

    async def _components(self, _: Request) -> Response:
        """The index of components, read anew."""
        try:
            self._state = await asyncio.to_thread(self._read_state)
        except ForgeError as e:
            body = msgspec.json.encode({"problem": "; ".join(str(p) for p in e.problems)})
            return Response(body, status_code=500, media_type="application/json")
        return _json(self._state.index)

    async def _job(self, request: Request) -> Response:
        """The job of a test; its outcome, where it cannot be run in a page."""
        smoke_run = self._smoke_run(request)
        if smoke_run is None:
            return Response(status_code=404)
        job = await asyncio.to_thread(job_for, self._state, smoke_run)
        return _json({"outcome": job} if isinstance(job, Outcome) else {"job": job})

    async def _answer(self, request: Request) -> Response:
        """Evaluates the answer that a page posts. Returns the outcome."""
        smoke_run = self._smoke_run(request)
        if smoke_run is None:
            return Response(status_code=404)
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return Response(status_code=403)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MAX_ANSWER_BYTES:
                return Response(status_code=413)
        try:
            page_answer = msgspec.json.decode(body, type=PageAnswer)
        except msgspec.DecodeError as e:
            return Response(str(e), status_code=400, media_type="text/plain")
        return _json(await asyncio.to_thread(evaluate_answer, smoke_run, page_answer.answer, page_answer.seconds))

    async def _send_events(self, _: Request) -> Response:
        """Server-sent events: one after each build."""
        self._loop = asyncio.get_running_loop()
        return StreamingResponse(self._event_stream(), media_type="text/event-stream")

    async def _event_stream(self) -> AsyncIterator[str]:
        built = asyncio.Event()
        self._events.add(built)
        try:
            yield "retry: 1000\n\n"
            while True:
                await built.wait()
                built.clear()
                yield "data: built\n\n"
        finally:
            self._events.discard(built)

    def _smoke_run(self, request: Request) -> SmokeRun | None:
        number = request.path_params["number"]
        return self._state.smoke_runs[number] if number < len(self._state.smoke_runs) else None


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
