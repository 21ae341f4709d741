"""Pages in a real browser: a folder is served on this machine, Chromium opens a page of it, and that says something."""

import contextlib
import functools
import os
import queue
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from wasmforge import process

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

BROWSER = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on PATH to show a page")

ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
"""What a site sends whose pages may share memory."""

PATIENCE = 120.0
"""Seconds that a page has to say something."""

PAGE = """<!doctype html><script type="module">
const say = (text) => fetch("/said", { method: "POST", body: String(text) });
try {
  SCRIPT
} catch (error) { say(`${error}`); }
</script>
"""


class Files(SimpleHTTPRequestHandler):
    """Files of a folder, with the headers of `isolated` or without."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript", ".wasm": "application/wasm"}

    def __init__(self, *args: object, said: queue.Queue[str], isolated: bool, directory: str) -> None:
        self._said = said
        self._headers = ISOLATED if isolated else {}
        super().__init__(*args, directory=directory)  # type: ignore[arg-type]

    def end_headers(self) -> None:
        """All that is sent has them."""
        for name, value in self._headers.items():
            self.send_header(name, value)
        super().end_headers()

    def do_POST(self) -> None:
        """The page says something."""
        self._said.put(self.rfile.read(int(self.headers["content-length"])).decode())
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def served(folder: Path, said: queue.Queue[str], *, isolated: bool) -> Iterator[str]:
    """The address of a folder that is served as long as this lasts."""
    handler = functools.partial(Files, said=said, isolated=isolated, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def page_output(folder: Path, script: str, *, isolated: bool = False) -> str:
    """What a module script beside the files of a folder tells by `say(text)`; it may `await`."""
    (folder / "page.html").write_text(PAGE.replace("SCRIPT", script))
    said: queue.Queue[str] = queue.Queue()
    stop = process.CancelToken()
    with served(folder, said, isolated=isolated) as address:
        words = ("--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder.parent / 'browser'}")
        argv = (CHROMIUM or "chromium", *words, f"{address}/page.html")
        browser = threading.Thread(
            target=process.run, args=(argv,), kwargs={"env": dict(os.environ), "timeout": PATIENCE, "cancel": stop}
        )
        browser.start()
        try:
            return said.get(timeout=PATIENCE)
        finally:
            stop.set()
            browser.join()
