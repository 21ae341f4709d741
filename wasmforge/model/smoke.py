"""A smoke test as forge.toml has it, one run of it in a runtime, and the outcome. Data only."""

from typing import Annotated, Literal

from msgspec import Meta

from wasmforge.model.base import Seconds, Struct, TomlStruct
from wasmforge.model.runtime import TestKind

Scalar = bool | int | float | str

INITIAL_KEYS = ("utf8", "cstring", "hex", "u8", "i32", "f32", "f64", "size")
"""The keys of a Buffer that give its initial content."""

EXPECTED_KEYS = ("utf8", "cstring", "hex", "u8", "i32", "f32", "f64", "sha256")
"""The endings of a Buffer's `becomes-*` keys."""


class Buffer(TomlStruct, frozen=True, kw_only=True):
    """An argument in linear memory: allocated by the module's own allocator, and passed as its address.

    Exactly one of `utf8`, `cstring`, `hex`, `u8`, `i32`, `f32`, `f64` and `size` gives its initial content; numbers are
    little-endian. At most one of the `becomes-*` keys gives the content after the call. Only as many bytes as it gives
    are compared, from the start of the buffer.

    The allocator is the first of these exports: `malloc(size)`, `alloc(size)`, `__new(size, class)`.
    """

    utf8: Annotated[str | None, Meta(description="Initial content: text. No NUL follows it: C wants `cstring`.")] = None
    cstring: Annotated[str | None, Meta(description="Initial content: text and a NUL, as C has strings.")] = None
    hex: Annotated[str | None, Meta(description="Initial content: bytes in hexadecimal.", examples=["00ff"])] = None
    u8: Annotated[tuple[int, ...] | None, Meta(description="Initial content: bytes.", examples=[(0, 255)])] = None
    i32: Annotated[tuple[int, ...] | None, Meta(description="Initial content: 32-bit integers.")] = None
    f32: Annotated[tuple[float, ...] | None, Meta(description="Initial content: 32-bit floats.")] = None
    f64: Annotated[tuple[float, ...] | None, Meta(description="Initial content: 64-bit floats.")] = None
    size: Annotated[int | None, Meta(description="Initial content: that many zero bytes.")] = None
    becomes_utf8: Annotated[str | None, Meta(description="Content after the call: text.")] = None
    becomes_cstring: Annotated[str | None, Meta(description="Content after the call: text and a NUL.")] = None
    becomes_hex: Annotated[str | None, Meta(description="Content after the call: bytes in hexadecimal.")] = None
    becomes_u8: Annotated[tuple[int, ...] | None, Meta(description="Content after the call: bytes.")] = None
    becomes_i32: Annotated[tuple[int, ...] | None, Meta(description="Content after the call: 32-bit integers.")] = None
    becomes_f32: Annotated[
        tuple[float, ...] | None, Meta(description="Content after the call: 32-bit floats, within `tolerance`.")
    ] = None
    becomes_f64: Annotated[
        tuple[float, ...] | None, Meta(description="Content after the call: 64-bit floats, within `tolerance`.")
    ] = None
    becomes_sha256: Annotated[str | None, Meta(description="SHA-256 of the whole buffer after the call.")] = None


Argument = Scalar | Buffer


class CString(TomlStruct, frozen=True, kw_only=True):
    """A result that is the address of text with a NUL at its end, as functions of C return it (`const char *`)."""

    cstring: Annotated[str, Meta(description="The text, without its NUL.")]


class Request(TomlStruct, frozen=True, kw_only=True):
    """An HTTP request that is sent to the component."""

    method: Annotated[str, Meta(description="The method.")] = "GET"
    path: Annotated[str, Meta(description="The path from `/` on; it may have a query.", examples=["/sum?a=1"])] = "/"
    headers: Annotated[dict[str, str], Meta(description="Headers by name.")] = {}
    body: Annotated[str | None, Meta(description="The body as text.")] = None
    body_hex: Annotated[str | None, Meta(description="The body as bytes in hexadecimal.")] = None


class Expect(TomlStruct, frozen=True, kw_only=True):
    """The expected response to a `request`. The status is always compared, headers and body where they are given."""

    status: Annotated[int, Meta(description="The status code.")] = 200
    headers: Annotated[dict[str, str], Meta(description="Headers that must have exactly these values.")] = {}
    body: Annotated[str | None, Meta(description="The exact body as text.")] = None
    body_hex: Annotated[str | None, Meta(description="The exact body as bytes in hexadecimal.")] = None


class Smoke(TomlStruct, frozen=True, kw_only=True):
    """One smoke test: it `call`s an export, sends a `request`, or with neither runs the program as a command.

    With `call`, arguments are converted to the export's parameter types (true and false are 1 and 0; integers may be
    given signed or unsigned). Text is possible as argument or result only where the delivered JavaScript takes or
    returns text; then the test does not run in runtimes without JavaScript, where the target has one with it.
    `{ utf8 = "…" }` and, for C, `{ cstring = "…" }` work everywhere.

    A command sees as `/` a copy of the folder `preopen`, or an empty folder where only `writes` is given.
    """

    name: Annotated[str, Meta(description="Its name in reports. Without one it is called by what it does.")] = ""
    call: Annotated[str | None, Meta(description="The export to call.")] = None
    args: Annotated[
        tuple[Argument, ...],
        Meta(description="Arguments of the call, or of the command after the component's name.", examples=[(2, 3)]),
    ] = ()
    returns: Annotated[
        Scalar | CString | tuple[Scalar, ...] | None,
        Meta(
            description='The expected result; a list for several results; `{ cstring = "…" }` for text whose address C '
            "returns. Without it any result is right."
        ),
    ] = None
    tolerance: Annotated[
        float, Meta(description="How much a float may differ from the expected one, absolutely. NaN equals NaN.")
    ] = 0.0
    env: Annotated[dict[str, str], Meta(description="All environment variables of a command.")] = {}
    stdin: Annotated[str, Meta(description="Standard input of a command.")] = ""
    stdout: Annotated[str | None, Meta(description="The exact standard output of a command. Without it: any.")] = None
    stderr: Annotated[str | None, Meta(description="The exact standard error of a command. Without it: any.")] = None
    exit: Annotated[int, Meta(description="The exit code of a command.")] = 0
    preopen: Annotated[
        str | None, Meta(description="A folder of the component of which a command sees a copy, as `/`.")
    ] = None
    writes: Annotated[
        dict[str, str], Meta(description="Files that a command must leave in that folder: their text by path.")
    ] = {}
    request: Annotated[Request | None, Meta(description="An HTTP request to send.")] = None
    expect: Annotated[Expect | None, Meta(description="The expected response to the request.")] = None
    timeout: Annotated[
        Seconds, Meta(description="Seconds that the test may take, without the start of the runtime.")
    ] = 10.0
    memory: Annotated[
        int | str,
        Meta(description="How far linear memory may grow: bytes, or text with a unit.", examples=["64 MiB"]),
    ] = 256 * 1024 * 1024

    @property
    def kind(self) -> TestKind:
        """What the test does."""
        return "call" if self.call is not None else "command" if self.request is None else "request"

    @property
    def has_text(self) -> bool:
        """Whether a call has text as an argument or as its expected result, which only glue can pass."""
        results = self.returns if isinstance(self.returns, tuple) else (self.returns,)
        return self.call is not None and any(isinstance(v, str) for v in (*self.args, *results))

    @property
    def does(self) -> str:
        """What the test does, in words that follow "a test that"."""
        return {"call": "calls an export", "command": "runs the program", "request": "sends a request"}[self.kind]


class SmokeRun(Struct, frozen=True, kw_only=True):
    """One smoke test of one delivered component in one runtime; paths are absolute.

    `aot` is native code that was compiled from `module`. `files` are all delivered files by role, `folder` is where
    they are, and `delivered` has the SHA-256 of every file there by relative path: of everything that the test can
    reach. `refused` says why it must not be run, empty when it may. With `load` it is a load check: the delivery is
    loaded and nothing is called, and `smoke` has the limits only. `host` is the one that `glue` is written for, if it
    is ours. `own_files` is the folder of the component's files, or the pack of them; None where it has none.
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
    folder: str = ""
    delivered: dict[str, str] = {}
    refused: str = ""
    load: bool = False
    preopen: str | None = None
    host: str = ""
    own_files: str | None = None


class Outcome(Struct, frozen=True, kw_only=True):
    """The outcome of a smoke run. `passed` may be cached; `skipped` means that it could not be run on this machine.

    `test` is the test's name, or what it does; `reason` is one line, empty when passed, and `hint` the next step where
    one is known; `seconds` is wall time.
    `answer` summarizes the result in one line that can be compared between runtimes; empty where it cannot.
    With `load` it is the outcome of a load check.
    """

    label: str
    component: str
    target: str
    runtime: str
    test: str
    status: Literal["passed", "failed", "skipped"]
    reason: str = ""
    hint: str = ""
    answer: str = ""
    seconds: float = 0.0
    cached: bool = False
    load: bool = False
