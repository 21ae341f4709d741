"""The content types and headers that a page needs to use all of a component."""

TYPES = {
    ".wasm": "application/wasm",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".ts": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
"""Types of what a toolchain delivers; a browser compiles a module while it arrives only if told that it is one."""

HEADERS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
}
"""Of every answer. The first two isolate a page, which may share memory between threads only then; nothing is taken
from a cache without asking, since the next build may change it."""
