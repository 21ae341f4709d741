"""A runtime as data: which tests it can run, where it comes from, and the words that start a command-line one."""

from typing import Literal

from wasmforge.model.base import Noun, Shape

TestKind = Literal["call", "command", "request"]
"""What a smoke test does: calls an export, runs the program, or sends an HTTP request."""

Driver = Literal["wasmtime", "wasmtime-aot", "node", "command-line", "workerd", "viceroy", "lambda-edge", "chromium"]
"""The code that drives a runtime; `command-line` needs nothing but the words of the runtime's file."""

Runs = Literal["module", "aot", "glue", "worker", "archive"]
"""The file of a delivery that a runtime starts from."""


class Sayings(Shape, frozen=True, kw_only=True):
    """Regular expressions that find what a command-line runtime says of a run, on either stream.

    `trap` has a group `what`; `lacks`, an import that is not there, the groups `module` and `name`; `refused`, a module
    it does not take, a group `what`. `result` finds one whole number, decimal or hexadecimal, in what a call prints;
    the last ones count. `same` maps its words for a trap to those of the specification.
    """

    trap: str = ""
    lacks: str = ""
    refused: str = ""
    result: str = r"-?\d+"
    same: dict[str, str] = {}


class RuntimeFile(Shape, frozen=True, kw_only=True):
    """The whole of one runtime file.

    `driver` runs its tests, which are of the kinds `tests`; `runs` says from which file. Where `toolchain` is named it
    comes from there: `tool` is the name of its program among the tools. `when-there`: no word is lost where it is not
    on a machine; any other is then shown as skipped, with the command that installs it.

    `command` and `call` are the words of a command line, in the language of recipes. They may mention `{file}`,
    `{args}` (a command's words), `{env}` (`NAME=value` each), `{folder}` (the preopened one, if any), `{pages}` and
    `{bytes}` (what memory may grow to), `{threads}` (there when memory is shared) and, in `call`, `{function}`.
    `threads`: whether it runs modules with a shared memory. `on-request`: only where `smoke --runtime` names it.
    """

    format: int
    name: str
    summary: str = ""
    driver: Driver
    tests: tuple[TestKind, ...]
    runs: Runs = "module"
    toolchain: str | None = None
    tool: str = ""
    when_there: bool = False
    on_request: bool = False
    threads: bool = False
    command: tuple[str | tuple[str, ...], ...] = ()
    call: tuple[str | tuple[str, ...], ...] = ()
    says: Sayings = Sayings()

    @property
    def alone(self) -> bool:
        """It runs a module without the JavaScript beside it, and provides WASI itself."""
        return self.runs in {"module", "aot"}


class Absent(Noun, frozen=True, kw_only=True):
    """Why a runtime cannot be used on this machine, and the command that changes that."""

    why: str
    fix: str
