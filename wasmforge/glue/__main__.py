"""`python -m wasmforge.glue`: the glue writer as a step's command. Reads a module, writes what it was asked for."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from wasmforge.glue import HOSTS, declarations, es_module, package_json
from wasmforge.wasm import Malformed, read

USAGE = 2
"""The exit code of every refusal."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        fail(message)


def fail(message: str) -> NoReturn:
    """End with a message."""
    sys.stderr.write(f"error: {message}\n")
    raise SystemExit(USAGE)


def parser() -> argparse.ArgumentParser:
    """The two commands and their options."""
    top = Parser(prog="python -m wasmforge.glue", description=__doc__, allow_abbrev=False)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    module = commands.add_parser("es-module", help="an ES module and its declarations, from a module's exports")
    module.add_argument("wasm", type=Path, help="the module; the ES module looks for this file name beside itself")
    module.add_argument("--host", choices=HOSTS, required=True)
    module.add_argument("--js", type=Path, required=True, help="where to write the ES module")
    module.add_argument("--types", type=Path, required=True, help="where to write the TypeScript declarations")
    module.set_defaults(command=write_module)
    package = commands.add_parser("package", help="a package.json")
    package.add_argument("--name", required=True)
    package.add_argument("--js", required=True, help="file name of the ES module")
    package.add_argument("--types", required=True, help="file name of the declarations")
    package.add_argument("--out", type=Path, required=True)
    package.set_defaults(command=write_package)
    return top


def write_module(options: argparse.Namespace) -> None:
    """The `es-module` command."""
    wasm: Path = options.wasm
    try:
        module = read(wasm.read_bytes())
    except Malformed as error:
        fail(f"{wasm}: {error}")
    options.js.write_text(es_module(module, wasm.name, options.host), encoding="utf-8")
    options.types.write_text(declarations(module, wasm.name, options.host), encoding="utf-8")


def write_package(options: argparse.Namespace) -> None:
    """The `package` command."""
    options.out.write_text(package_json(options.name, js=options.js, types=options.types), encoding="utf-8")


def main(argv: list[str] | None = None) -> None:
    """Run one command; exit code 2 with one line when it cannot be done."""
    options = parser().parse_args(argv)
    try:
        options.command(options)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}")
    except ValueError as error:
        fail(str(error))


if __name__ == "__main__":
    main()
