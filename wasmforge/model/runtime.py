"""A runtime as data: which tests it can run, where it comes from, and the command line that starts it."""

from typing import Annotated, Literal

from msgspec import Meta

from wasmforge.model.base import Struct, TomlStruct
from wasmforge.model.drivers import DRIVERS

TestKind = Literal["call", "command", "request"]
"""What a smoke test does: calls an export, runs the program, or sends an HTTP request."""

Runs = Literal["module", "aot", "glue", "worker", "archive"]
"""The file of a delivery that a runtime starts from."""


class OutputPatterns(TomlStruct, frozen=True, kw_only=True):
    """Regular expressions that find in the output of a command-line runtime how a run ended, on either stream."""

    trap: Annotated[str, Meta(description="Finds a trap. Its group `message` is the runtime's wording.")] = ""
    missing_import: Annotated[
        str,
        Meta(description="Finds an import that the runtime does not provide, as the groups `module` and `name`."),
    ] = ""
    refused: Annotated[
        str, Meta(description="Finds why the runtime does not accept a module, as the group `message`.")
    ] = ""
    result: Annotated[
        str,
        Meta(
            description="Finds one whole number, decimal or hexadecimal, among those that a call prints. "
            "The last ones are the results."
        ),
    ] = r"-?\d+"
    trap_words: Annotated[
        dict[str, str],
        Meta(
            description="Wordings of traps that wasmforge does not know, each with the specification's.",
            examples=[{"stack smashed": "call stack exhausted"}],
        ),
    ] = {}


class RuntimeFile(TomlStruct, frozen=True, kw_only=True):
    """One runtime.

    `command` and `call` are words in the language of recipes. They may mention `{file}`, `{args}` (arguments of a
    command, or of a call of native code), `{env}` (one `NAME=value` each), `{folder}` (the preopened folder, if any),
    `{pages}` and `{bytes}` (what a memory may grow to), `{threads}` (only when memory is shared) and, in `call`,
    `{function}`.
    """

    format: Annotated[int, Meta(description="1, the version of this format.")]
    name: Annotated[str, Meta(description="The runtime's name, the same as the file's.")]
    summary: Annotated[str, Meta(description="What it is, in one phrase.")] = ""
    driver: Annotated[
        str,
        Meta(
            description="The code that runs tests in it; `command-line` needs no other code.",
            extra_json_schema={"enum": sorted(DRIVERS)},
        ),
    ]
    tests: Annotated[tuple[TestKind, ...], Meta(description="The kinds of smoke tests that it can run.")]
    runs: Annotated[Runs, Meta(description="The delivered file that it starts from.")] = "module"
    toolchain: Annotated[
        str | None, Meta(description="The toolchain that it comes from. Without one it comes with wasmforge.")
    ] = None
    tool: Annotated[str, Meta(description="Its program among the tools of that toolchain.")] = ""
    optional: Annotated[
        bool,
        Meta(
            description="Where it is not installed, its tests are left out. Tests of any other runtime are then "
            "reported as skipped, with the command that installs it."
        ),
    ] = False
    on_request: Annotated[bool, Meta(description="Its tests run only when `smoke --runtime` names it.")] = False
    threads: Annotated[bool, Meta(description="It runs modules with a shared memory.")] = False
    command: Annotated[
        tuple[str | tuple[str, ...], ...], Meta(description="The words behind the program that run a command.")
    ] = ()
    call: Annotated[
        tuple[str | tuple[str, ...], ...], Meta(description="The words behind the program that call an export.")
    ] = ()
    output: Annotated[OutputPatterns, Meta(description="How its output tells what happened.")] = OutputPatterns()

    @property
    def without_javascript(self) -> bool:
        """It runs a module without the delivered JavaScript, and provides WASI itself."""
        return self.runs in {"module", "aot"}


class UnavailableRuntime(Struct, frozen=True, kw_only=True):
    """Why a runtime cannot be used on this machine, and the command that changes that."""

    why: str
    fix: str
