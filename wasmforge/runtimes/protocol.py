"""The data between us and a process that runs a module: a `Job` goes there, an `Answer` comes back, as JSON."""

from typing import Literal

from wasmforge.model.base import Struct

MAX_OUTPUT_BYTES = 1024 * 1024
"""Bytes that a module may print to each of standard output and error; more is a failure."""

OUTPUT_LIMIT = "exceeded the output limit"
"""How the end of such a run is summarized, whatever the runtime."""

MAX_TIMEOUT_S = 86400.0
"""Seconds that a run may take at most."""

MAX_RESIDENT_BYTES = 1 << 30
"""Bytes of real memory that Node.js and the glue may take beside the module's linear memory."""


class Value(Struct, frozen=True, kw_only=True):
    """A value as text, so that 64-bit integers, NaN and infinities survive JSON.

    kind                  text
    i32 i64               a decimal integer
    f32 f64 number        a number, `NaN`, `Infinity` or `-Infinity`; `number` is what JavaScript returned
    bool                  `true` or `false`
    string                itself
    buffer                Base64 of the bytes to write into memory
    other                 a short description of something that cannot be compared
    """

    kind: Literal["i32", "i64", "f32", "f64", "number", "bool", "string", "buffer", "other"]
    text: str


class Allocator(Struct, frozen=True, kw_only=True):
    """How to allocate in linear memory: call `name(size, *more)`; `pin` protects the result from the garbage collector.

    `wide`: sizes and addresses are i64.
    """

    name: str
    more: tuple[int, ...] = ()
    pin: str | None = None
    wide: bool = False


class HttpRequest(Struct, frozen=True, kw_only=True):
    """An HTTP request; `body` is Base64, None for a request without one."""

    method: str
    path: str
    headers: dict[str, str]
    body: str | None


class Job(Struct, frozen=True, kw_only=True):
    """One run of a module. Paths are absolute; `call` None runs the command; times in seconds, sizes in bytes.

    `aot` is native code to run instead of the module that it was compiled from.
    `params` is how many parameters the module's export has; None for a function of the glue alone, which may take any
    number. The files `stdin`, `stdout` and `stderr` are the standard streams; the latter may each grow to `most_output`
    bytes. `request` is sent instead of a call. `threads`: the module's memory is shared, and it may start threads.
    `text_bytes`: the call returns an address, and so many bytes are read there, up to a NUL; None reads nothing.
    `load`: the delivery is only loaded, nothing is called; then `starts` means that the module is a command, and
    `handles` that the JavaScript must export a handler. `files` are all delivered files by role, `delivered` the
    folders that they are in. `host` is the one that the glue is written for. On a host without processes, a program
    gets `input` (Base64) as its standard input and the files `given` (Base64 by path), and its answer has its output.
    """

    module: str
    glue: str | None
    aot: str | None
    call: str | None
    args: tuple[Value, ...]
    params: int | None
    allocator: Allocator | None
    argv: tuple[str, ...]
    env: dict[str, str]
    preopen: str | None
    stdin: str
    stdout: str
    stderr: str
    answer: str
    timeout: float
    memory: int
    threads: bool = False
    text_bytes: int | None = None
    request: HttpRequest | None = None
    load: bool = False
    starts: bool = False
    handles: bool = False
    files: dict[str, str] = {}
    delivered: tuple[str, ...] = ()
    host: str = ""
    input: str = ""
    given: dict[str, str] = {}
    most_output: int = MAX_OUTPUT_BYTES
    most_resident: int = MAX_RESIDENT_BYTES


class Answer(Struct, frozen=True, kw_only=True):
    """How a run ended.

    loaded    the delivery was loaded, and nothing was to be called
    returned  the export came back: `results`, each buffer argument's bytes as Base64 in `buffers`, and in `text` what
              was read at the address that it returned, with its NUL if one was found
    exited    with exit code `exit`
    replied   to a request with `status`, `headers` (names in lower case) and `body` (Base64)
    trapped   `message` in function number `function` (of the module's index space), if known
    timeout   still running at the deadline
    output-limit  printed more than `most_output`
    memory-limit  the process took more than `memory` and `most_resident` together
    refused   could not be run, `message` says why
    unsupported  this runtime cannot run such a job on this machine, `message` says why
    crashed   the runtime ended without an answer, `message` says how
    missing   the glue has no such function, but has `exports`

    `memory` is the size of the exported memory at the end, in bytes. `stdout`, `stderr` and `wrote` (files by path) are
    what a program on a host without processes printed and wrote, as Base64.
    """

    ended: Literal[
        "loaded",
        "returned",
        "exited",
        "replied",
        "trapped",
        "timeout",
        "output-limit",
        "memory-limit",
        "refused",
        "unsupported",
        "crashed",
        "missing",
    ]
    results: tuple[Value, ...] = ()
    buffers: tuple[str, ...] = ()
    text: str | None = None
    exit: int = 0
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    message: str = ""
    function: int | None = None
    exports: tuple[str, ...] = ()
    memory: int = 0
    stdout: str = ""
    stderr: str = ""
    wrote: dict[str, str] = {}
