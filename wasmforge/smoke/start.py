"""The command line that runs a delivered program with the caller's own streams; starts nothing."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from wasmforge.errors import usage
from wasmforge.model.runtime import RuntimeFile
from wasmforge.model.toolchain import Kit
from wasmforge.plan.words import expand_all
from wasmforge.smoke.hands import Hands
from wasmforge.smoke.in_node import found

MEMORY = 4 << 30
"""Bytes that the memory of a program may grow to; 32 bits know no more."""


IN_NODE = """
const [glue, setup] = process.argv.slice(1)
const { argv, env, folders } = JSON.parse(setup)
const { run } = await import(glue)
const preopens = Object.fromEntries(folders.map(([here, there]) => [there, here]))
process.exitCode = await run({ args: argv.slice(1), env, preopens })
"""
"""Starts a program through its ES module."""


def starts(file: RuntimeFile) -> bool:
    """Whether it can run a program for somebody at a terminal."""
    return "command" in file.tests and file.driver in {"wasmtime", "node", "command-line"} and file.runs != "aot"


def starting(
    file: RuntimeFile,
    hands: Hands,
    paths: Mapping[str, str],
    argv: Sequence[str],
    env: Mapping[str, str],
    folders: Sequence[tuple[str, str]],
) -> tuple[str, ...]:
    """The words. `paths` are the delivered files by role, `folders` pairs of a path here and one there.

    Raises ForgeError where the runtime cannot take what is asked for.
    """
    setup = json.dumps({"argv": list(argv), "env": dict(env), "folders": list(folders)})
    if file.driver == "wasmtime":
        return (sys.executable, "-m", "wasmforge.smoke.start_wasmtime", paths["module"], setup)
    kit = hands.kit(file)
    if not isinstance(kit, Kit):
        raise usage(f"{file.name}: {kit.why}", where="--runtime", hint=kit.fix)
    if kit.image:
        raise usage(f"{file.name} is in an image, which has no terminal", where="--runtime", hint="choose another")
    if file.driver == "node":
        url = Path(paths["glue"]).as_uri()
        return (*found(hands.tool(file)), "--no-warnings", "--input-type=module", "--eval", IN_NODE, url, setup)
    if len(folders) > 1 or any(there != "/" for _, there in folders):
        raise usage(f"{file.name} is given one folder, as /", where="--dir", hint=f"--dir {folders[0][0]}::/")
    scope = {
        "file": (paths["module"],),
        "args": tuple(argv[1:]),
        "env": tuple(f"{k}={v}" for k, v in env.items()),
        "folder": tuple(here for here, _ in folders),
        "pages": (str(MEMORY // 65536),),
        "bytes": (str(MEMORY - 65536),),
        "threads": (),
        "function": (),
    }
    return found((*hands.tool(file), *expand_all(file.command, scope)))
