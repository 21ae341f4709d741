"""`python -m wasmforge.glue`: the glue generator as a step command; reads a module, writes JavaScript and packages."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from wasmforge.glue import HOSTS, declarations, es_module, package_json
from wasmforge.glue.archive import pack
from wasmforge.glue.assemblyscript import for_worker
from wasmforge.glue.emscripten import emscripten_module, emscripten_types
from wasmforge.glue.file_pack import pack_files
from wasmforge.glue.package_files import check_fastly_toml, fastly_toml, package_json_of_variants
from wasmforge.glue.variant_loader import variant_loader
from wasmforge.glue.variant_loader import variant_types as types
from wasmforge.glue.wasm_bindgen import autoload
from wasmforge.model.module import Module
from wasmforge.model.units import format_size, parse_size
from wasmforge.wasm import Malformed, read

USAGE_EXIT = 2
"""The exit code of every error."""


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["Parser"]


class Parser(argparse.ArgumentParser):
    """Reports errors in one line."""

    def error(self, message: str) -> NoReturn:
        fail(message)


def fail(message: str) -> NoReturn:
    """End with a message."""
    sys.stderr.write(f"error: {message}\n")
    raise SystemExit(USAGE_EXIT)


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = Parser(prog="python -m wasmforge.glue", description=__doc__, allow_abbrev=False)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _write_modules(commands)
    _write_variants(commands)
    _write_packages(commands)
    return top


def _write_modules(commands: "Commands") -> None:
    """Commands that write JavaScript."""
    module = commands.add_parser("es-module", help="an ES module and its declarations, from a module's exports")
    module.add_argument("wasm", type=Path, help="the module; the ES module loads this file name from its own folder")
    module.add_argument("--host", choices=HOSTS, required=True)
    module.add_argument("--js", type=Path, required=True, help="where to write the ES module")
    module.add_argument("--types", type=Path, required=True, help="where to write the TypeScript declarations")
    module.add_argument(
        "--data", default="", help="file name of the pack with the component's files, beside the module"
    )
    module.set_defaults(command=write_es_module)
    packing = commands.add_parser("pack-files", help="one file with the component's files, for the ES module to load")
    packing.add_argument("files", type=Path, nargs="+")
    packing.add_argument("--out", type=Path, required=True)
    packing.set_defaults(command=write_file_pack)
    named = commands.add_parser("emscripten", help="Emscripten's ES module with named exports, and its declarations")
    named.add_argument("factory", type=Path, help="the output of emcc")
    named.add_argument("wasm", type=Path, help="its module; the ES module loads this file name from its own folder")
    named.add_argument("--export", action="append", default=[], help="a C function")
    named.add_argument("--async", dest="waiting", action="append", default=[], help="an export that returns a promise")
    named.add_argument("--member", action="append", default=[], help="another property of the Module object")
    named.add_argument("--host", choices=("web", "workerd"), default="web")
    named.add_argument("--tsd", type=Path, help="declarations that emcc wrote, to take the types from")
    named.add_argument("--js", type=Path, required=True, help="where to write the ES module")
    named.add_argument("--types", type=Path, required=True, help="where to write the TypeScript declarations")
    named.set_defaults(command=write_emscripten)
    bindgen = commands.add_parser("wasm-bindgen", help="wasm-bindgen's ES module for pages, loaded when imported")
    bindgen.add_argument("bindings", type=Path, help="the output of wasm-bindgen for its target web")
    bindgen.add_argument("wasm", type=Path, help="its module; the ES module loads this file name from its own folder")
    bindgen.add_argument("--host", choices=HOSTS, default="web")
    bindgen.add_argument("--js", type=Path, required=True, help="where to write the ES module")
    bindgen.set_defaults(command=write_wasm_bindgen)
    asc = commands.add_parser("assemblyscript", help="asc's ES module, with its module imported as workers do")
    asc.add_argument("bindings", type=Path, help="the output of asc --bindings esm")
    asc.add_argument("wasm", type=Path, help="its module; the ES module imports this file name from its own folder")
    asc.add_argument("--js", type=Path, required=True, help="where to write the ES module")
    asc.set_defaults(command=write_assemblyscript)


def _write_variants(commands: "Commands") -> None:
    """The command that writes the loader of variants."""
    choose = commands.add_parser("variants", help="the ES module that picks the variant which the engine can run")
    choose.add_argument("--variant", action="append", required=True, metavar="NAME:FEATURE,…")
    choose.add_argument("--entry", required=True, help="file name of each variant's ES module")
    choose.add_argument("--declarations", type=Path, required=True, help="those of the last variant")
    choose.add_argument("--given", type=Path, required=True, help="the package.json of one variant")
    choose.add_argument("--js", type=Path, required=True)
    choose.add_argument("--types", type=Path, required=True)
    choose.add_argument("--package", type=Path, required=True)
    choose.set_defaults(command=write_variants)


def _write_packages(commands: "Commands") -> None:
    """Commands that write package files and archives."""
    package = commands.add_parser("package", help="a package.json")
    package.add_argument("--name", required=True)
    package.add_argument("--version", default="0.0.0")
    package.add_argument(
        "--condition", action="append", default=[], help="a host it runs on: browser, node, workerd, …"
    )
    package.add_argument("--wasm", required=True, help="file name of the module")
    package.add_argument("--js", required=True, help="file name of the ES module")
    package.add_argument("--types", required=True, help="file name of the declarations")
    package.add_argument("--data", action="append", default=[], help="file name of another file that they load")
    package.add_argument("--out", type=Path, required=True)
    package.set_defaults(command=write_package)
    fastly = commands.add_parser("fastly-toml", help="a fastly.toml")
    fastly.add_argument("--name", required=True)
    fastly.add_argument("--own", type=Path, help="the user's own file, copied unchanged")
    fastly.add_argument("--out", type=Path, required=True)
    fastly.set_defaults(command=write_fastly)
    copy = commands.add_parser("copy", help="copies a file unchanged")
    copy.add_argument("file", type=Path)
    copy.add_argument("--out", type=Path, required=True)
    copy.set_defaults(command=lambda options: options.out.write_bytes(options.file.read_bytes()))
    archive = commands.add_parser("pack", help="a zip or tar.gz of some files")
    archive.add_argument("--file", nargs=2, action="append", required=True, metavar=("FILE", "PATH"))
    archive.add_argument("--at-most", help="its maximum size: 50 MB")
    archive.add_argument("--out", type=Path, required=True, help="its name ends in .zip or .tar.gz")
    archive.set_defaults(command=write_archive)


def read_module(wasm: Path) -> Module:
    """The module in a file."""
    try:
        return read(wasm.read_bytes())
    except Malformed as error:
        fail(f"{wasm}: {error}")


def write_es_module(options: argparse.Namespace) -> None:
    """The `es-module` command."""
    wasm: Path = options.wasm
    module = read_module(wasm)
    options.js.write_text(es_module(module, wasm.name, options.host, options.data), encoding="utf-8")
    options.types.write_text(declarations(module, wasm.name, options.host, options.data), encoding="utf-8")


def write_file_pack(options: argparse.Namespace) -> None:
    """The `pack-files` command."""
    files: list[Path] = options.files
    options.out.write_bytes(pack_files({file.as_posix(): file.read_bytes() for file in files}))


def write_emscripten(options: argparse.Namespace) -> None:
    """The `emscripten` command."""
    js: str = options.factory.read_text(encoding="utf-8")
    tsd: str = options.tsd.read_text(encoding="utf-8") if options.tsd else ""
    types = emscripten_types(
        read_module(options.wasm), options.export, options.member, tsd, options.host, waiting=options.waiting
    )
    module = emscripten_module(
        js, options.wasm.name, options.export, options.member, options.host, waiting=options.waiting
    )
    options.js.write_text(module, encoding="utf-8")
    options.types.write_text(types, encoding="utf-8")


def write_wasm_bindgen(options: argparse.Namespace) -> None:
    """The `wasm-bindgen` command."""
    js: str = options.bindings.read_text(encoding="utf-8")
    options.js.write_text(autoload(js, options.wasm.name, options.host), encoding="utf-8")


def write_variants(options: argparse.Namespace) -> None:
    """The `variants` command."""
    named = [text.partition(":")[::2] for text in options.variant]
    variants = [(name, tuple(f for f in features.split(",") if f)) for name, features in named]
    declared: str = options.declarations.read_text(encoding="utf-8")
    options.js.write_text(variant_loader(variants, options.entry, declared), encoding="utf-8")
    options.types.write_text(types(variants, options.entry, declared), encoding="utf-8")
    given: str = options.given.read_text(encoding="utf-8")
    options.package.write_text(package_json_of_variants(given, [name for name, _ in variants]), encoding="utf-8")


def write_package(options: argparse.Namespace) -> None:
    """The `package` command."""
    package = package_json(
        options.name,
        version=options.version,
        js=options.js,
        types=options.types,
        wasm=options.wasm,
        data=options.data,
        conditions=options.condition or ("default",),
    )
    options.out.write_text(package, encoding="utf-8")


def write_assemblyscript(options: argparse.Namespace) -> None:
    """The `assemblyscript` command."""
    js: str = options.bindings.read_text(encoding="utf-8")
    options.js.write_text(for_worker(js, options.wasm.name), encoding="utf-8")


def write_fastly(options: argparse.Namespace) -> None:
    """The `fastly-toml` command."""
    own: str | None = options.own.read_bytes().decode("utf-8") if options.own else None
    options.out.write_bytes((fastly_toml(options.name) if own is None else check_fastly_toml(own)).encode())


def write_archive(options: argparse.Namespace) -> None:
    """The `pack` command."""
    paths = [path for _, path in options.file]
    if duplicate := next((path for path in paths if paths.count(path) > 1), None):
        fail(f"two files have the path {duplicate} in {options.out.name}")
    data = pack({path: Path(file).read_bytes() for file, path in options.file}, options.out.name)
    if options.at_most and len(data) > parse_size(options.at_most):
        fail(f"{options.out.name} has {format_size(len(data))}, more than its limit of {options.at_most}")
    options.out.write_bytes(data)


def main(argv: list[str] | None = None) -> None:
    """Run one command; on failure print one line and exit with code 2."""
    options = parser().parse_args(argv)
    try:
        options.command(options)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}")
    except ValueError as error:
        fail(str(error))


if __name__ == "__main__":
    main()
