"""What takes part in a bench: the command that starts each contestant, and the job it is given; starts none."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

import wasmforge
from wasmforge.bench.inputs import BadInput, content
from wasmforge.bench.once import Launch
from wasmforge.model.base import Noun
from wasmforge.model.bench import Bench, Input, Of
from wasmforge.model.module import FuncType, Module
from wasmforge.smoke.prepare import allocator_of
from wasmforge.smoke.values import Unfit, fit

HERE = Path(__file__).parent


class Argument(Noun, frozen=True, kw_only=True):
    """One argument of a job: a number as text, or a buffer as a file (`value`) of elements (`of`)."""

    kind: str
    value: str
    of: Of = "u8"


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """`code` is what it is, `engine` what runs it. `argv` gets the job's file and a socket as its last words.

    One that `roams` has threads of its own, which is why it is not held to one processor. One that cannot stay between
    its turns has `once` (see `once.py`) in place of a command; one in a page has the browser's words in `argv` and, in
    `code_in`, the folder of its files.
    """

    code: str
    engine: str
    argv: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    job: Mapping[str, Any] = field(default_factory=dict)
    roams: bool = False
    once: Launch | None = None
    code_in: Path | None = None


def arguments(bench: Bench, kind: FuncType, component: Path, folder: Path) -> tuple[Argument, ...]:
    """The arguments fitted to the parameters of the export; buffers are written to `folder`.

    `component` is the folder that files lie in. Raises Unfit for what does not fit, and OSError.
    """
    if len(bench.args) != len(kind.params):
        raise Unfit(f"{bench.call} takes {len(kind.params)} arguments, {len(bench.args)} given")
    made = []
    for nth, (said, want) in enumerate(zip(bench.args, kind.params, strict=True), 1):
        place = f"argument {nth}"
        if not isinstance(said, Input):
            made.append(Argument(kind=want, value=fit(said, want, place, text_ok=False).text))
            continue
        if want not in {"i32", "i64"}:
            raise Unfit(f"{place} is a buffer, but the parameter is {want}, not an address")
        try:
            data = content(said, lambda name: (component / name).read_bytes(), nth)
        except BadInput as e:
            raise Unfit(f"{place}: {e}") from None
        file = folder / f"argument-{nth}"
        file.write_bytes(data)
        made.append(Argument(kind="buffer", value=str(file), of=said.of))
    return tuple(made)


def in_wasmtime(
    code: str, engine: str, module: Path, facts: Module, bench: Bench, args: Sequence[Argument], *, precompiled: bool
) -> Contestant:
    """A module in Wasmtime, compiled when it is loaded, or loaded as native code. Raises Unfit."""
    job = {**_job(bench, args), "module": str(module), "precompiled": precompiled, **_room(facts, args)}
    root = str(Path(wasmforge.__file__).parent.parent)
    env = {"PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}
    argv = (sys.executable, "-m", "wasmforge.bench.wasmtime_child")
    return Contestant(code=code, engine=engine, argv=argv, env=env, job=job)


def in_node(
    code: str,
    engine: str,
    node: Sequence[str],
    glue: Path,
    facts: Module,
    bench: Bench,
    args: Sequence[Argument],
    env: Mapping[str, str],
) -> Contestant:
    """A module in Node.js, through the ES module that a user imports. Raises Unfit."""
    job = {**_job(bench, args), "glue": str(glue), "script": None, **_room(facts, args)}
    shared = any(m.shared for m in facts.memories)
    return Contestant(code=code, engine=engine, argv=_node(node), env=dict(env), job=job, roams=shared)


def in_page(
    code: str,
    engine: str,
    browser: Sequence[str],
    module: Path,
    facts: Module | None,
    bench: Bench,
    args: Sequence[Argument],
) -> Contestant:
    """An ES module in a page of a browser: that of a module with these facts, or JavaScript itself. Raises Unfit."""
    address = f"/code/{quote(module.name)}"
    files = {"glue": address, "script": None, **_room(facts, args)} if facts else {"glue": None, "script": address}
    shared = facts is not None and any(m.shared for m in facts.memories)
    job = {**_job(bench, args), **files}
    return Contestant(code=code, engine=engine, argv=tuple(browser), job=job, roams=shared, code_in=module.parent)


def in_javascript(
    engine: str, node: Sequence[str], script: Path, bench: Bench, args: Sequence[Argument], env: Mapping[str, str]
) -> Contestant:
    """The same in JavaScript."""
    job = {**_job(bench, args), "glue": None, "script": str(script)}
    return Contestant(code="javascript", engine=engine, argv=_node(node), env=dict(env), job=job)


def natively(
    code: str, engine: str, library: Path, kind: FuncType, bench: Bench, args: Sequence[Argument]
) -> Contestant:
    """A shared library of this machine."""
    returns = kind.results[0] if kind.results else None
    job = {**_job(bench, args), "library": str(library), "returns": returns}
    argv = (sys.executable, "-IS", str(HERE / "native_child.py"))
    return Contestant(code=code, engine=engine, argv=argv, env={}, job=job)


def _job(bench: Bench, args: Sequence[Argument]) -> dict[str, Any]:
    return {"call": bench.call, "args": [msgspec.to_builtins(a) for a in args]}


def _room(facts: Module, args: Sequence[Argument]) -> dict[str, Any]:
    """How the module gives room for buffers."""
    needs = any(a.kind == "buffer" for a in args)
    return {"allocator": msgspec.to_builtins(allocator_of(facts)) if needs else None}


def _node(node: Sequence[str]) -> tuple[str, ...]:
    return (*node, "--no-warnings", str(HERE / "runner.mjs"))
