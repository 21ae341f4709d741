"""Delivered files over HTTP: their types, the headers a page needs for shared memory, ranges and compression."""

import gzip
from collections.abc import Callable
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wasmforge.model.sent import HEADERS, TYPES

LEAST = 1024
"""Bytes from which on a file is worth compressing."""


class Headers:
    """Adds what every answer has."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class Files:
    """The files of a folder, which may be another with every request. Starlette's FileResponse knows ranges."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for a file."""
        path = _within(self._folder(), str(scope["path_params"]["path"]))
        if path is None:
            raise HTTPException(404)
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        answer = _packed(path, headers) or FileResponse(
            path, media_type=TYPES.get(path.suffix, "application/octet-stream")
        )
        await answer(scope, receive, send)


def _within(folder: Path, name: str) -> Path | None:
    """The file of that name, if it is in the folder; a link that leads out of it is not."""
    try:
        path = (folder / name).resolve()
        return path if path.is_file() and path.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError):  # a name that is too long, or has a zero in it
        return None


def _packed(path: Path, headers: dict[str, str]) -> Response | None:
    """The file compressed, where that is asked for and helps; a range is one of the bytes as they are."""
    codings = [c.partition(";")[0].strip() for c in headers.get("accept-encoding", "").split(",")]
    if "gzip" not in codings or "range" in headers or path.suffix not in TYPES:
        return None
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if len(data) < LEAST:
        return None
    said = {"content-encoding": "gzip", "vary": "accept-encoding"}
    return Response(gzip.compress(data, 6, mtime=0), headers=said, media_type=TYPES[path.suffix])
