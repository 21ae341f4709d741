"""Describes the participants of a benchmark: the command that starts each, and its job. Starts nothing."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

import wasmforge
from wasmforge.bench.inputs import MAX_INPUT_BYTES, BadInputError, input_bytes
from wasmforge.bench.one_shot import Launch
from wasmforge.model.base import Struct
from wasmforge.model.bench import Bench, ElementType, Input
from wasmforge.model.module import FuncType, Module
from wasmforge.runtimes.arguments import BadArgumentError, fit_argument
from wasmforge.safe_paths import read_bounded
from wasmforge.smoke.job import find_allocator

HERE = Path(__file__).parent


class EncodedArgument(Struct, frozen=True, kw_only=True):
    """An argument in a job: a number as text, or a buffer as the path of a file (`value`) with elements of type `of`.

    `kind` is the type of the number, or `buffer`.
    """

    kind: str
    value: str
    of: ElementType = "u8"


@dataclass(frozen=True, kw_only=True)
class Participant:
    """One implementation of the call in one engine.

    `code` says what is called and `engine` what runs it. There are three ways to start one: `argv` with `env`, followed
    by the job's file and a socket (`process_session.py`); with `page_folder`, the browser `argv` and a page that loads
    files of this folder (`browser_session.py`); and `one_shot` (`one_shot.py`). If `multithreaded`, it is not pinned to
    one processor.
    """

    code: str
    engine: str
    argv: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    job: Mapping[str, Any] = field(default_factory=dict)
    multithreaded: bool = False
    one_shot: Launch | None = None
    page_folder: Path | None = None


def encode_arguments(bench: Bench, func_type: FuncType, component: Path, folder: Path) -> tuple[EncodedArgument, ...]:
    """The arguments, fitted to the parameters of the export. Buffers are written to files in `folder`.

    `component` is the component's folder, for arguments from files. Raises BadArgumentError for an argument that does
    not fit, and OSError.
    """
    if len(bench.args) != len(func_type.params):
        raise BadArgumentError(f"{bench.call} takes {len(func_type.params)} arguments, {len(bench.args)} given")
    encoded = []
    for number, (argument, param) in enumerate(zip(bench.args, func_type.params, strict=True), 1):
        place = f"argument {number}"
        if not isinstance(argument, Input):
            text = fit_argument(argument, param, place, text_ok=False).text
            encoded.append(EncodedArgument(kind=param, value=text))
            continue
        if param not in {"i32", "i64"}:
            raise BadArgumentError(f"{place} is a buffer, but the parameter is {param}, not an address")
        try:
            data = input_bytes(argument, lambda name: read_bounded(component / name, MAX_INPUT_BYTES), number)
        except BadInputError as e:
            raise BadArgumentError(f"{place}: {e}") from None
        file = folder / f"argument-{number}"
        file.write_bytes(data)
        encoded.append(EncodedArgument(kind="buffer", value=str(file), of=argument.of))
    return tuple(encoded)


def wasmtime_participant(
    code: str,
    engine: str,
    module_file: Path,
    module: Module,
    bench: Bench,
    args: Sequence[EncodedArgument],
    *,
    precompiled: bool,
) -> Participant:
    """A module in Wasmtime, compiled when it is loaded, or loaded as native code. Raises BadArgumentError."""
    job = {**_job(bench, args), "module": str(module_file), "precompiled": precompiled, **_allocator(module, args)}
    root = str(Path(wasmforge.__file__).parent.parent)
    env = {"PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}
    argv = (sys.executable, "-m", "wasmforge.bench.wasmtime_child")
    return Participant(code=code, engine=engine, argv=argv, env=env, job=job)


def node_participant(
    code: str,
    engine: str,
    node: Sequence[str],
    glue: Path,
    module: Module,
    bench: Bench,
    args: Sequence[EncodedArgument],
    env: Mapping[str, str],
) -> Participant:
    """A module in Node.js, through the ES module that a user imports. Raises BadArgumentError."""
    job = {**_job(bench, args), "glue": str(glue), "script": None, **_allocator(module, args)}
    multithreaded = _has_shared_memory(module)
    return Participant(code=code, engine=engine, argv=_node(node), env=dict(env), job=job, multithreaded=multithreaded)


def page_participant(
    code: str,
    engine: str,
    browser: Sequence[str],
    es_module: Path,
    module: Module | None,
    bench: Bench,
    args: Sequence[EncodedArgument],
) -> Participant:
    """An ES module in a page: the glue of `module`, or plain JavaScript when that is None. Raises BadArgumentError."""
    address = f"/code/{quote(es_module.name)}"
    if module:
        files = {"glue": address, "script": None, **_allocator(module, args)}
    else:
        files = {"glue": None, "script": address}
    return Participant(
        code=code,
        engine=engine,
        argv=tuple(browser),
        job={**_job(bench, args), **files},
        multithreaded=module is not None and _has_shared_memory(module),
        page_folder=es_module.parent,
    )


def javascript_participant(
    engine: str,
    node: Sequence[str],
    script: Path,
    bench: Bench,
    args: Sequence[EncodedArgument],
    env: Mapping[str, str],
) -> Participant:
    """Plain JavaScript in Node.js."""
    job = {**_job(bench, args), "glue": None, "script": str(script)}
    return Participant(code="javascript", engine=engine, argv=_node(node), env=dict(env), job=job)


def native_participant(
    code: str, engine: str, library: Path, func_type: FuncType, bench: Bench, args: Sequence[EncodedArgument]
) -> Participant:
    """A shared library of this machine, called from Python by the C ABI."""
    returns = func_type.results[0] if func_type.results else None
    job = {**_job(bench, args), "library": str(library), "returns": returns}
    argv = (sys.executable, "-IS", str(HERE / "native_child.py"))
    return Participant(code=code, engine=engine, argv=argv, env={}, job=job)


def _job(bench: Bench, args: Sequence[EncodedArgument]) -> dict[str, Any]:
    return {"call": bench.call, "args": [msgspec.to_builtins(a) for a in args]}


def _allocator(module: Module, args: Sequence[EncodedArgument]) -> dict[str, Any]:
    """The functions of the module that allocate memory for buffers, if there are buffers."""
    has_buffers = any(a.kind == "buffer" for a in args)
    return {"allocator": msgspec.to_builtins(find_allocator(module)) if has_buffers else None}


def _has_shared_memory(module: Module) -> bool:
    return any(m.shared for m in module.memories)


def _node(node: Sequence[str]) -> tuple[str, ...]:
    return (*node, "--no-warnings", str(HERE / "js" / "node_runner.mjs"))
