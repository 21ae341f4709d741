"""What a smoke test asks and what came of it; knows no runtime."""

from typing import Literal

from wasmforge.model.base import Noun, Seconds, Shape
from wasmforge.model.runtime import TestKind

Scalar = bool | int | float | str

HOLDS = ("utf8", "hex", "u8", "i32", "f32", "f64", "size")
"""The keys of a Buffer that say what it holds at first."""

BECOMES = ("utf8", "hex", "u8", "i32", "f32", "f64", "sha256")
"""The endings of a Buffer's `becomes-*` keys."""


class Buffer(Shape, frozen=True, kw_only=True):
    """An argument that lives in linear memory: allocated by the module's own allocator, passed as its address.

    Exactly one of `utf8`, `hex`, `u8`, `i32`, `f32`, `f64` and `size` says what it holds at first (`size`: that
    many zero bytes; numbers are little-endian). What it must hold after the call is said by at most one of the
    `becomes-*` keys, which looks at as many bytes from the buffer's start as it names; `becomes-sha256` looks at
    the whole buffer. `becomes-f32` and `becomes-f64` compare within the test's `tolerance`.

    The allocator is the first of these exports: `malloc(size)`, `alloc(size)`, `__new(size, class)`.
    """

    utf8: str | None = None
    hex: str | None = None
    u8: tuple[int, ...] | None = None
    i32: tuple[int, ...] | None = None
    f32: tuple[float, ...] | None = None
    f64: tuple[float, ...] | None = None
    size: int | None = None
    becomes_utf8: str | None = None
    becomes_hex: str | None = None
    becomes_u8: tuple[int, ...] | None = None
    becomes_i32: tuple[int, ...] | None = None
    becomes_f32: tuple[float, ...] | None = None
    becomes_f64: tuple[float, ...] | None = None
    becomes_sha256: str | None = None


Argument = Scalar | Buffer


class Request(Shape, frozen=True, kw_only=True):
    """An HTTP request. `path` begins with `/` and may have a query; its body is text, or bytes in hexadecimal."""

    method: str = "GET"
    path: str = "/"
    headers: dict[str, str] = {}
    body: str | None = None
    body_hex: str | None = None


class Expect(Shape, frozen=True, kw_only=True):
    """What must come back: `status` always, and of `headers` and the body what is given, exactly."""

    status: int = 200
    headers: dict[str, str] = {}
    body: str | None = None
    body_hex: str | None = None


class Smoke(Shape, frozen=True, kw_only=True):
    """One smoke test: it `call`s an export, sends a `request`, or runs the command (`args` in; `stdout`, `exit` out).

    With `call`: `args` are fitted to the export's parameter types (true and false are 1 and 0; integers may be
    given signed or unsigned). `returns` is compared within `tolerance` (absolute, for floats; NaN equals NaN); a
    list stands for several results. Not given: whatever comes back is right. Text may be an argument or a result
    only where the module's glue takes or gives text, so such a test runs in no runtime without glue where a target
    has one with it; elsewhere use `{ utf8 = "…" }`.

    With `request`: it is sent to the component, and what comes back is compared with `expect`.

    With neither: `args` follow the component's name in argv, `env` is the whole environment, `stdin` is text.
    `exit` is compared always, `stdout` and `stderr` exactly, when given. The module sees as `/` a copy of the
    component's folder `preopen`, or an empty folder where only `writes` is given: files it must leave there, by path.

    `timeout` is in seconds and does not count the start of the runtime; `memory` bounds the linear memory (bytes,
    or `64 MiB`).
    """

    name: str = ""
    call: str | None = None
    args: tuple[Argument, ...] = ()
    returns: Scalar | tuple[Scalar, ...] | None = None
    tolerance: float = 0.0
    env: dict[str, str] = {}
    stdin: str = ""
    stdout: str | None = None
    stderr: str | None = None
    exit: int = 0
    preopen: str | None = None
    writes: dict[str, str] = {}
    request: Request | None = None
    expect: Expect | None = None
    timeout: Seconds = 10.0
    memory: int | str = 256 * 1024 * 1024

    @property
    def kind(self) -> TestKind:
        """What it does."""
        return "call" if self.call is not None else "command" if self.request is None else "request"

    @property
    def has_text(self) -> bool:
        """Whether a call passes text, or is to give some: only JavaScript around a module knows how."""
        given = self.returns if isinstance(self.returns, tuple) else (self.returns,)
        return self.call is not None and any(isinstance(v, str) for v in (*self.args, *given))

    @property
    def does(self) -> str:
        """The same in words, behind "a test that"."""
        return {"call": "calls an export", "command": "runs the program", "request": "sends a request"}[self.kind]


class Trial(Noun, frozen=True, kw_only=True):
    """One smoke test of one delivered component in one runtime; paths are absolute.

    `aot` is the native code made of `module`, for a runtime that runs it; `files` has all that was delivered, by role.
    """

    label: str
    component: str
    target: str
    variant: str = ""
    runtime: str
    smoke: Smoke
    module: str
    glue: str | None = None
    aot: str | None = None
    files: dict[str, str] = {}
    preopen: str | None = None


class Outcome(Noun, frozen=True, kw_only=True):
    """What a trial came to. `passed` may be remembered; `skipped` means that it could not be run on this machine.

    `test` is the test's name, or what it does; `reason` is one line, empty when passed; `seconds` is wall time.
    `answer` is what came out, in one line; equal ones mean the same in every runtime, an empty one nothing.
    """

    label: str
    component: str
    target: str
    runtime: str
    test: str
    status: Literal["passed", "failed", "skipped"]
    reason: str = ""
    answer: str = ""
    seconds: float = 0.0
    cached: bool = False
