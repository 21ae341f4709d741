"""The commands with which drivers run a program at the terminal."""

import pytest

from wasmforge.config.catalog import load_catalog
from wasmforge.errors import ForgeError
from wasmforge.model.drivers import DRIVERS
from wasmforge.model.runtime import RuntimeFile, UnavailableRuntime
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.process import CancelToken
from wasmforge.runtimes.context import RuntimeContext
from wasmforge.runtimes.driver import TerminalProgram, make_driver

FILES = load_catalog(None).runtimes

PROGRAM = TerminalProgram(
    paths={"module": "/dist/a.wasm", "glue": "/dist/a.js"}, argv=("a", "x"), env={"K": "v"}, folders=(("/data", "/"),)
)


def command(name: str, toolchain: ResolvedToolchain | UnavailableRuntime, program: TerminalProgram) -> tuple[str, ...]:
    """The command in a runtime whose toolchain is this one."""
    file = FILES[name]
    context = RuntimeContext(cancel=CancelToken(), files=FILES, toolchains={file.toolchain or "": toolchain})
    driver = make_driver(file, context)
    assert hasattr(driver, "interactive_command")
    words: tuple[str, ...] = driver.interactive_command(program)
    return words


def toolchain(tool: str, image: str | None = None) -> ResolvedToolchain:
    """A toolchain with one tool."""
    tools: dict[str, tuple[str, ...]] = {tool: (f"/opt/{tool}",)}
    return ResolvedToolchain(toolchain="t", origin="path", identity="t 1", location="/opt", tools=tools, image=image)


def test_a_command_line_gets_arguments_variables_and_the_folder() -> None:
    assert command("wasmedge", toolchain("wasmedge"), PROGRAM) == (
        "/opt/wasmedge", "--memory-page-limit", "65535", "--env", "K=v", "--dir", "/:/data", "/dist/a.wasm", "x",
    )  # fmt: skip


@pytest.mark.parametrize("folders", [(("/data", "/data"),), (("/a", "/"), ("/b", "/"))])
def test_a_command_line_gives_one_folder_only(folders: tuple[tuple[str, str], ...]) -> None:
    program = TerminalProgram(paths=PROGRAM.paths, argv=PROGRAM.argv, env={}, folders=folders)
    with pytest.raises(ForgeError, match="gives a program one folder, as /"):
        command("iwasm", toolchain("iwasm"), program)


def test_what_has_no_terminal_is_refused() -> None:
    with pytest.raises(ForgeError, match="in an image, which has no terminal"):
        command("iwasm", toolchain("iwasm", image="sha256:1"), PROGRAM)
    with pytest.raises(ForgeError, match="iwasm: not found"):
        command("iwasm", UnavailableRuntime(why="not found", fix="install it"), PROGRAM)


def test_node_gets_the_es_module_by_its_address() -> None:
    words = command("node", toolchain("node"), PROGRAM)
    assert words[0] == "/opt/node"
    assert words[-2:] == ("file:///dist/a.js", '{"argv": ["a", "x"], "env": {"K": "v"}, "folders": [["/data", "/"]]}')


def test_the_table_says_which_drivers_are_interactive() -> None:
    for name, entry in DRIVERS.items():
        file = RuntimeFile(format=1, name=name, driver=name, tests=("command",))
        driver = make_driver(file, RuntimeContext(cancel=CancelToken(), files={name: file}))
        if entry.interactive:
            assert hasattr(driver, "interactive_command"), name
