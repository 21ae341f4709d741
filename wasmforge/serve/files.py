"""Delivered files over HTTP: their types, the headers a page needs for shared memory, ranges and compression."""

import gzip
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wasmforge.errors import ForgeError
from wasmforge.model.http import HEADERS, TYPES
from wasmforge.safe_paths import Directory, opened_path

MIN_COMPRESSED_BYTES = 1024
"""The smallest file that is compressed."""


class HeadersMiddleware:
    """Adds the headers of every response."""

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
    """The files of a folder, which may be another with every request; no link in it is followed.

    Starlette's FileResponse knows ranges.
    """

    def __init__(self, folder: Callable[[], Directory]) -> None:
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for a file."""
        name = PurePosixPath(str(scope["path_params"]["path"]))
        try:
            with self._folder() as folder:
                descriptor, shown = _opened(folder, name), folder.path / name
        except (ForgeError, OSError, ValueError):  # a link, a name that is too long, or one with a zero in it
            raise HTTPException(404) from None
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        with opened_path(descriptor, shown) as path:
            kind = TYPES.get(name.suffix, "application/octet-stream")
            answer = _packed(path, name.suffix, headers) or FileResponse(path, media_type=kind)
            await answer(scope, receive, send)


def _opened(folder: Directory, name: PurePosixPath) -> int:
    """A handle of the file of that name in the folder. Raises OSError, ForgeError and ValueError."""
    if not name.name:
        raise ValueError(name)
    with folder.below(name.parent) as inner:
        return inner.open_file(name.name)


def _packed(path: Path, suffix: str, headers: dict[str, str]) -> Response | None:
    """The file compressed, where that is asked for and helps; a range is one of the bytes as they are."""
    codings = [c.partition(";")[0].strip() for c in headers.get("accept-encoding", "").split(",")]
    if "gzip" not in codings or "range" in headers or suffix not in TYPES:
        return None
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if len(data) < MIN_COMPRESSED_BYTES:
        return None
    said = {"content-encoding": "gzip", "vary": "accept-encoding"}
    return Response(gzip.compress(data, 6, mtime=0), headers=said, media_type=TYPES[suffix])
