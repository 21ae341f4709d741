"""Checks the smoke tests of forge.toml: keys fit each other, requests can be sent. Returns all problems."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from wasmforge.errors import Problem
from wasmforge.model.catalog import Catalog
from wasmforge.model.smoke import Buffer, CString, Expect, Request, Smoke

KEYS = {
    "call": ("returns", "tolerance"),
    "command": ("stdin", "stdout", "stderr", "exit", "env", "preopen", "writes"),
    "request": ("expect",),
}
"""The keys that go with one kind of test alone; `args` go with all but a request."""

CSTRING_KEYS = ("cstring", "becomes-cstring")

WITH = {"call": "with `call`", "command": "with a command", "request": "with `request`"}

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
PATH = re.compile(r"/[!-~]*")
TEXT = re.compile(r"[\t -~\x80-\xff]*")


def check_smokes(where: str, smokes: tuple[Smoke, ...]) -> Iterator[Problem]:
    """Every mistake of a component's tests; `where` is the table that has them."""
    for index, smoke in enumerate(smokes):
        place = f"{where}.smoke.{index}"
        yield from _together(place, smoke)
        yield from _cstrings(place, smoke)
        if smoke.request is not None:
            yield from _request(f"{place}.request", smoke.request)
        if smoke.expect is not None:
            yield from _expect(f"{place}.expect", smoke.expect)
        for name in smoke.writes:
            path = PurePosixPath(name)
            if not name or path.is_absolute() or ".." in path.parts or "\0" in name:
                what = f"{name!r} is no file in the folder that the program sees as `/`"
                yield Problem(where=f"{place}.writes", what=what, hint='"out/result.txt", without a `/` before it')


def check_runnable(
    where: str, smokes: tuple[Smoke, ...], targets: Iterable[str], catalog: Catalog
) -> Iterator[Problem]:
    """A test that no runtime of any of the component's targets can run."""
    chosen = [catalog.targets[t] for t in targets if t in catalog.targets]
    kinds = {k for t in chosen for r in t.runtimes if r in catalog.runtimes for k in catalog.runtimes[r].tests}
    for index, smoke in enumerate(smokes):
        if chosen and smoke.kind not in kinds:
            targets_that_can = [n for n, t in catalog.targets.items() if _can_run(t.runtimes, smoke, catalog)]
            what = f"no runtime of {', '.join(t.name for t in chosen)} runs a test that {smoke.does}"
            yield Problem(
                where=f"{where}.smoke.{index}", what=what, hint=f"build it for one of: {', '.join(targets_that_can)}"
            )


def _can_run(runtimes: Iterable[str], smoke: Smoke, catalog: Catalog) -> bool:
    return any(smoke.kind in catalog.runtimes[r].tests for r in runtimes if r in catalog.runtimes)


def _together(place: str, smoke: Smoke) -> Iterator[Problem]:
    """A test calls, runs or asks; keys of another kind would be ignored, so they are refused."""
    if smoke.call is not None and smoke.request is not None:
        yield Problem(where=f"{place}.request", what="a test has `call` or `request`, not both", hint="drop one")
        return
    nothing = Smoke()
    for kind, keys in KEYS.items():
        misplaced = [k for k in keys if kind != smoke.kind and getattr(smoke, k) != getattr(nothing, k)]
        if misplaced and kind == "command":
            what = f"only goes with a command, not {WITH[smoke.kind]}"
            yield Problem(where=f"{place}.{misplaced[0]}", what=what, hint="drop one")
        elif misplaced:
            hint = "name an export: call = …" if kind == "call" else 'say what to ask: request = { path = "/" }'
            yield Problem(where=f"{place}.{misplaced[0]}", what=f"`{misplaced[0]}` goes {WITH[kind]}", hint=hint)
    if smoke.kind == "request" and smoke.args:
        yield Problem(where=f"{place}.args", what="a request has no arguments", hint="put them into its path or body")
    if smoke.kind == "command" and any(not isinstance(a, str) for a in smoke.args):
        hint = "name an export: call = …"
        yield Problem(where=f"{place}.args", what="a command's arguments are strings", hint=hint)


def _cstrings(place: str, smoke: Smoke) -> Iterator[Problem]:
    """Strings of C, which end at their first NUL: one within would compare less than is written."""
    buffers = ((n, a) for n, a in enumerate(smoke.args) if isinstance(a, Buffer))
    texts = [(f"args.{n}.{key}", getattr(a, key.replace("-", "_"))) for n, a in buffers for key in CSTRING_KEYS]
    texts += [("returns.cstring", smoke.returns.cstring)] if isinstance(smoke.returns, CString) else []
    for key, text in texts:
        if "\0" in (text or ""):
            hint = "its own NUL is added; for bytes with a NUL within: utf8 or hex"
            yield Problem(where=f"{place}.{key}", what="a C string ends at its first NUL", hint=hint)


def _request(place: str, request: Request) -> Iterator[Problem]:
    if not TOKEN.fullmatch(request.method):
        yield Problem(where=f"{place}.method", what=f"{request.method!r} is no method", hint="GET, POST, PUT, …")
    if not PATH.fullmatch(request.path):
        hint = "it begins with `/`; write spaces and letters beyond ASCII as %20"
        yield Problem(where=f"{place}.path", what=f"{request.path!r} is no path", hint=hint)
    yield from _message(place, request)


def _expect(place: str, expect: Expect) -> Iterator[Problem]:
    if not 100 <= expect.status <= 599:
        yield Problem(where=f"{place}.status", what=f"{expect.status} is no status", hint="100 to 599")
    yield from _message(place, expect)


def _message(place: str, message: Request | Expect) -> Iterator[Problem]:
    for name, value in message.headers.items():
        if not TOKEN.fullmatch(name):
            yield Problem(where=f"{place}.headers", what=f"{name!r} is no header's name", hint='"content-type"')
        if not TEXT.fullmatch(value):
            yield Problem(where=f"{place}.headers.{name}", what="its value holds what no header can", hint="one line")
    if message.body is not None and message.body_hex is not None:
        yield Problem(where=f"{place}.body-hex", what="`body` is given as well", hint="drop one")
    try:
        bytes.fromhex(message.body_hex or "")
    except ValueError:
        yield Problem(where=f"{place}.body-hex", what="is not hexadecimal", hint='two digits a byte: "00ff"')
