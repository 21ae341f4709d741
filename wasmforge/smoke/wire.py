"""What goes to the process that runs a module and what comes back, as JSON; knows neither tests nor runtimes."""

from typing import Literal

from wasmforge.model.base import Noun

MOST_OUTPUT = 1024 * 1024
"""Bytes that a module may print to each of standard output and error; printing without end is a failure."""

MOST_RESIDENT = 1 << 30
"""Bytes of real memory that Node.js and the glue may take beside the module's linear memory."""


class Value(Noun, frozen=True, kw_only=True):
    """A value as text, so that 64-bit integers, NaN and infinities survive JSON.

    kind                  text
    i32 i64               a decimal integer
    f32 f64 number        a number, `NaN`, `Infinity` or `-Infinity`; `number` is what JavaScript returned
    bool                  `true` or `false`
    string                itself
    buffer                Base64 of the bytes to lay into memory
    other                 a short description of something that cannot be compared
    """

    kind: Literal["i32", "i64", "f32", "f64", "number", "bool", "string", "buffer", "other"]
    text: str


class Allocator(Noun, frozen=True, kw_only=True):
    """How to get room in linear memory: call `name(size, *more)`; `pin` keeps a garbage collector off the result.

    `wide`: sizes and addresses are i64.
    """

    name: str
    more: tuple[int, ...] = ()
    pin: str | None = None
    wide: bool = False


class Asked(Noun, frozen=True, kw_only=True):
    """An HTTP request; its body is Base64, and None where there is none."""

    method: str
    path: str
    headers: dict[str, str]
    body: str | None


class Job(Noun, frozen=True, kw_only=True):
    """One run of a module. Paths are absolute; `call` None runs the command; times in seconds, sizes in bytes.

    `aot` is native code to run in place of the module it was made of.
    `params` is how many parameters the export really has; None: it is the glue's own, and may take any number. Its
    standard input is the file `stdin`; what it prints goes to the files `stdout` and `stderr`, of which each may grow
    to `most_output`. `request` is sent in place of calling or running. `threads`: the module's memory is shared, and
    threads of its own may run.
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
    request: Asked | None = None
    most_output: int = MOST_OUTPUT
    most_resident: int = MOST_RESIDENT


class Answer(Noun, frozen=True, kw_only=True):
    """How a run ended.

    returned  the export came back: `results`, and each buffer argument's bytes as Base64 in `buffers`
    exited    with exit code `exit`
    replied   to a request with `status`, `headers` (names in lower case) and `body` (Base64)
    trapped   `message` in function number `function` (of the module's index space), if known
    timeout   still running at the deadline
    printed   more than `most_output`
    swollen   the process took more than `memory` and `most_resident` together
    refused   could not be run, `message` says why
    missing   the glue has no such function, but has `exports`

    `memory` is the size of the exported memory at the end, in bytes.
    """

    ended: Literal["returned", "exited", "replied", "trapped", "timeout", "printed", "swollen", "refused", "missing"]
    results: tuple[Value, ...] = ()
    buffers: tuple[str, ...] = ()
    exit: int = 0
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    message: str = ""
    function: int | None = None
    exports: tuple[str, ...] = ()
    memory: int = 0
