"""A trial and the module's facts -> the job that a runtime's process gets; pure: it names files, it opens none."""

import base64
from pathlib import Path

from wasmforge.errors import did_you_mean
from wasmforge.model.module import FuncType, Module
from wasmforge.model.size import parse_size
from wasmforge.model.smoke import Argument, Buffer, Request, Smoke, Trial
from wasmforge.smoke.values import Unable, Unfit, encode, expected, fit, natural, show, words
from wasmforge.smoke.wire import Allocator, Asked, Job, Value

PAGE = 65536

DAY = 86400.0

PREOPENED = "preopened"
"""The name of the folder that the module sees as `/`, in the run's own."""


def prepare(trial: Trial, module: Module, folder: Path, *, glue: bool, aot: bool = False, threads: bool = False) -> Job:
    """Make the job; `folder` is the run's own. With `glue` the trial's glue is called, with `aot` the native
    code made of the module, else the module itself. `threads`: the runtime has shared memories.

    Raises Unfit, saying in one line why the test cannot be run on this module, and Unable where the runtime is why.
    """
    if not (glue or threads) and any(m.shared for m in module.memories):
        raise Unable(f"{trial.runtime} gives modules no shared memory")
    smoke = trial.smoke
    _check(smoke, module)
    args, params = _arguments(smoke, module, glue=glue) if smoke.call is not None else ((), 0)
    needs_memory = any(v.kind == "buffer" for v in args)
    return Job(
        module=trial.module,
        glue=trial.glue if glue else None,
        aot=trial.aot if aot else None,
        call=smoke.call,
        args=args,
        params=params,
        allocator=allocator_of(module) if needs_memory else None,
        argv=() if smoke.kind != "command" else (trial.component, *words(smoke.args)),
        env=smoke.env,
        preopen=str(folder / PREOPENED) if trial.preopen or smoke.writes else None,
        stdin=str(folder / "stdin"),
        stdout=str(folder / "stdout"),
        stderr=str(folder / "stderr"),
        answer=str(folder / "answer.json"),
        timeout=smoke.timeout,
        memory=memory(smoke),
        threads=any(m.shared for m in module.memories),
        request=asked(smoke.request) if smoke.request else None,
    )


def memory(smoke: Smoke) -> int:
    """The bound on linear memory, in bytes; raises Unfit for what is no size, or less than a page."""
    try:
        size = parse_size(smoke.memory)
    except ValueError as e:
        raise Unfit(f"memory: {e}") from None
    if size < PAGE:
        raise Unfit(f"memory must be at least one page, {PAGE} bytes, not {size}")
    return size


def asked(request: Request) -> Asked:
    """A request as it goes over the wire; raises Unfit for a body that is none."""
    body = content(request.body, request.body_hex, "request")
    packed = None if body is None else base64.b64encode(body).decode()
    return Asked(method=request.method, path=request.path, headers=request.headers, body=packed)


def content(text: str | None, hexadecimal: str | None, place: str) -> bytes | None:
    """The bytes of a body that is given as text or in hexadecimal. Raises Unfit."""
    if hexadecimal is None:
        return None if text is None else text.encode()
    return encode("hex", hexadecimal, f"{place}: body-hex")


def title(smoke: Smoke) -> str:
    """What a test is called in reports: its name, or what it does."""
    if smoke.name:
        return smoke.name
    if smoke.request is not None:
        return f"{smoke.request.method} {smoke.request.path}"
    if smoke.call is None:
        return " ".join(("run", *(_brief(a) for a in smoke.args)))
    return f"{smoke.call}({', '.join(_brief(a) for a in smoke.args)})"


def _check(smoke: Smoke, module: Module) -> None:
    """Refuse what no runtime could do."""
    if module.layer == "component":
        raise Unfit("the file is a component; smoke tests run core modules")
    if not 0 < smoke.timeout <= DAY:
        raise Unfit(f"timeout must be more than 0 seconds and at most a day, not {smoke.timeout:g}")
    if not smoke.tolerance >= 0:
        raise Unfit(f"tolerance must be 0 or more, not {smoke.tolerance:g}")
    start = sum(m.minimum for m in module.memories) * PAGE
    if start > memory(smoke):
        raise Unfit(f"the module starts with {start} bytes of memory, the test permits {memory(smoke)}")
    if smoke.kind == "command":
        if smoke.returns is not None:
            raise Unfit("`returns` is for a test with `call`; a command has `exit` and `stdout`")
    elif smoke.kind == "call" and (smoke.stdout is not None or smoke.stderr is not None or smoke.stdin or smoke.exit):
        raise Unfit("`stdin`, `stdout`, `stderr` and `exit` are for commands; a test with `call` has `returns`")


def _arguments(smoke: Smoke, module: Module, *, glue: bool) -> tuple[tuple[Value, ...], int | None]:
    """The call's arguments by the export's parameter types, and how many parameters it has (None: only glue has it)."""
    assert smoke.call is not None  # noqa: S101 - a command has none
    functions = _functions(module)
    places = [(a, f"argument {i}") for i, a in enumerate(smoke.args, 1)]
    for argument, place in places:
        if isinstance(argument, Buffer):
            expected(argument, place)
    kinds = functions[smoke.call].params if smoke.call in functions else None
    if kinds is not None and len(kinds) == len(places):
        return tuple(fit(a, k, p, text_ok=glue) for (a, p), k in zip(places, kinds, strict=True)), len(kinds)
    if glue:
        return tuple(natural(a, p) for a, p in places), None if kinds is None else len(kinds)
    if kinds is None:
        raise Unfit(missing(smoke.call, tuple(functions)))
    raise Unfit(counted(smoke.call, len(kinds), len(places)))


def missing(name: str, exports: tuple[str, ...]) -> str:
    """Why a call cannot be made: there is no such export."""
    hint = did_you_mean(name, exports)
    return f"no export {name!r}: {hint}" if hint else f"no export {name!r}: the module exports no function"


def counted(name: str, takes: int, given: int) -> str:
    """Why a call cannot be made: the number of arguments."""
    return f"{name} takes {takes} argument{'' if takes == 1 else 's'}, {given} given"


def _functions(module: Module) -> dict[str, FuncType]:
    return {e.name: e.type for e in module.exports if isinstance(e.type, FuncType)}


def allocator_of(module: Module) -> Allocator:
    """The module's exported allocator; AssemblyScript's class 1 is ArrayBuffer, plain bytes. Raises Unfit.

    A memory that is imported, as threads share it, comes from glue, which exports it instead of the module.
    """
    functions = _functions(module)
    exported = any(e.name == "memory" and e.kind == "memory" for e in module.exports)
    if not exported and not any(i.kind == "memory" for i in module.imports):
        raise Unfit("a buffer needs the module to export its `memory`")
    for wide, address in ((False, "i32"), (True, "i64")):
        one = FuncType(params=(address,), results=(address,))
        for name in ("malloc", "alloc"):
            if functions.get(name) == one:
                return Allocator(name=name, wide=wide)
    if functions.get("__new") == FuncType(params=("i32", "i32"), results=("i32",)):
        return Allocator(name="__new", more=(1,), pin="__pin" if "__pin" in functions else None)
    raise Unfit("a buffer needs an exported allocator: malloc(size) or alloc(size), giving an address")


def _brief(argument: Argument) -> str:
    if not isinstance(argument, Buffer):
        return show(argument)
    if argument.size is not None:
        return f"{argument.size} bytes"
    if argument.utf8 is not None:
        return f"utf8 {show(argument.utf8[:20])}"
    for name in ("u8", "i32", "f32", "f64"):
        values = getattr(argument, name)
        if values is not None:
            return f"{name}[{len(values)}]"
    return "hex"
