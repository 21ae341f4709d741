"""Makes the job of a smoke run from the test and the module. Pure: it names files and opens none."""

import base64
from pathlib import Path

from wasmforge.errors import did_you_mean
from wasmforge.model.module import PAGE_BYTES, FuncType, Module
from wasmforge.model.smoke import Argument, Buffer, CString, Request, Smoke, SmokeRun
from wasmforge.model.units import parse_size
from wasmforge.runtimes.arguments import (
    BadArgumentError,
    UnsupportedArgumentError,
    argument_words,
    encode_values,
    expected_bytes,
    fit_argument,
    format_scalar,
    natural_value,
)
from wasmforge.runtimes.protocol import MAX_TIMEOUT_S, Allocator, HttpRequest, Job, Value

MORE_TEXT_BYTES = 48
"""Bytes of a C string that are read beyond the expected ones."""

PREOPEN_FOLDER = "preopened"
"""The folder that the module sees as `/`, in the folder of the run."""


def make_job(
    smoke_run: SmokeRun, module: Module, folder: Path, *, glue: bool, aot: bool = False, threads: bool = False
) -> Job:
    """Make the job; `folder` is the run's own. With `glue` the delivered JavaScript is called, with `aot` the
    native code, else the module itself. `threads`: the runtime has shared memories.

    Raises BadArgumentError when the test cannot be run on this module, and UnsupportedArgumentError when it cannot be
    run in this runtime; both say why in one line.
    """
    if not (glue or threads) and any(m.shared for m in module.memories):
        raise UnsupportedArgumentError(f"{smoke_run.runtime} gives modules no shared memory")
    smoke = smoke_run.smoke
    if smoke_run.load:
        return _load_job(smoke_run, module, folder, glue=glue)
    _check(smoke, module)
    args, params = _arguments(smoke, module, glue=glue) if smoke.call is not None else ((), 0)
    needs_memory = any(v.kind == "buffer" for v in args)
    if isinstance(smoke.returns, CString):
        _need_memory(module, "a C string")
    return Job(
        module=smoke_run.module,
        glue=smoke_run.glue if glue else None,
        aot=smoke_run.aot if aot else None,
        call=smoke.call,
        args=args,
        params=params,
        allocator=find_allocator(module) if needs_memory else None,
        argv=() if smoke.kind != "command" else (smoke_run.component, *argument_words(smoke.args)),
        env=smoke.env,
        preopen=str(folder / PREOPEN_FOLDER) if _needs_folder(smoke_run, glue=glue) else None,
        stdin=str(folder / "stdin"),
        stdout=str(folder / "stdout"),
        stderr=str(folder / "stderr"),
        answer=str(folder / "answer.json"),
        timeout=smoke.timeout,
        memory=memory_limit(smoke),
        threads=any(m.shared for m in module.memories),
        text_bytes=_text_bytes(smoke),
        request=http_request(smoke.request) if smoke.request else None,
        files=smoke_run.files,
        delivered=delivered_folders(smoke_run),
        host=smoke_run.host if glue else "",
    )


def has_processes(job: Job) -> bool:
    """Whether a program has the streams and files of a process; in pages and workers the glue gives it its own."""
    return job.host not in {"web", "workerd"}


def _needs_folder(smoke_run: SmokeRun, *, glue: bool) -> bool:
    """Whether the module gets a folder. Delivered JavaScript brings the component's files along."""
    smoke = smoke_run.smoke
    return smoke_run.preopen is not None or bool(smoke.writes) or (smoke_run.own_files is not None and not glue)


LOAD_LIMITS = Smoke(name="loads", timeout=60.0, memory="4 GiB")
"""The limits of a load check. The memory is that of 32-bit modules, so none exceeds it."""


def _load_job(smoke_run: SmokeRun, module: Module, folder: Path, *, glue: bool) -> Job:
    """The job that loads and calls nothing."""
    if module.layer == "component":
        raise BadArgumentError("the file is a component; core modules are loaded")
    initial = sum(m.minimum for m in module.memories) * PAGE_BYTES
    return Job(
        module=smoke_run.module,
        glue=smoke_run.glue if glue else None,
        aot=None,
        call=None,
        args=(),
        params=0,
        allocator=None,
        argv=(smoke_run.component,),
        env={},
        preopen=None,
        stdin=str(folder / "stdin"),
        stdout=str(folder / "stdout"),
        stderr=str(folder / "stderr"),
        answer=str(folder / "answer.json"),
        timeout=smoke_run.smoke.timeout,
        memory=max(memory_limit(smoke_run.smoke), initial),
        threads=any(m.shared for m in module.memories),
        load=True,
        starts="_start" in _functions(module),
        files=smoke_run.files,
        delivered=delivered_folders(smoke_run),
    )


def delivered_folders(smoke_run: SmokeRun) -> tuple[str, ...]:
    """The folder of a delivery; where none is named, those of its files."""
    if smoke_run.folder:
        return (smoke_run.folder,)
    files = (smoke_run.module, smoke_run.glue, smoke_run.aot, *smoke_run.files.values())
    return tuple(dict.fromkeys(str(Path(file).parent) for file in files if file))


def memory_limit(smoke: Smoke) -> int:
    """The bound on linear memory, in bytes; raises BadArgumentError for what is not a size, or less than a page."""
    try:
        size = parse_size(smoke.memory)
    except ValueError as e:
        raise BadArgumentError(f"memory: {e}") from None
    if size < PAGE_BYTES:
        raise BadArgumentError(f"memory must be at least one page, {PAGE_BYTES} bytes, not {size}")
    return size


def http_request(request: Request) -> HttpRequest:
    """A request as it goes over the wire; raises BadArgumentError for a body that is none."""
    body = body_bytes(request.body, request.body_hex, "request")
    packed = None if body is None else base64.b64encode(body).decode()
    return HttpRequest(method=request.method, path=request.path, headers=request.headers, body=packed)


def body_bytes(text: str | None, hexadecimal: str | None, place: str) -> bytes | None:
    """The bytes of a body that is given as text or in hexadecimal. Raises BadArgumentError."""
    if hexadecimal is None:
        return None if text is None else text.encode()
    return encode_values("hex", hexadecimal, f"{place}: body-hex")


def title_of(smoke: Smoke) -> str:
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
        raise BadArgumentError("the file is a component; smoke tests run core modules")
    if not 0 < smoke.timeout <= MAX_TIMEOUT_S:
        raise BadArgumentError(f"timeout must be more than 0 seconds and at most a day, not {smoke.timeout:g}")
    if not smoke.tolerance >= 0:
        raise BadArgumentError(f"tolerance must be 0 or more, not {smoke.tolerance:g}")
    start = sum(m.minimum for m in module.memories) * PAGE_BYTES
    if start > memory_limit(smoke):
        raise BadArgumentError(
            f"the module starts with {start} bytes of memory, the test permits {memory_limit(smoke)}"
        )
    if smoke.kind == "command":
        if smoke.returns is not None:
            raise BadArgumentError("`returns` is for a test with `call`; a command has `exit` and `stdout`")
    elif smoke.kind == "call" and (smoke.stdout is not None or smoke.stderr is not None or smoke.stdin or smoke.exit):
        raise BadArgumentError(
            "`stdin`, `stdout`, `stderr` and `exit` are for commands; a test with `call` has `returns`"
        )


def _arguments(smoke: Smoke, module: Module, *, glue: bool) -> tuple[tuple[Value, ...], int | None]:
    """The call's arguments by the export's parameter types, and how many parameters it has (None: only glue has it)."""
    assert smoke.call is not None  # noqa: S101 - a command has none
    functions = _functions(module)
    places = [(a, f"argument {i}") for i, a in enumerate(smoke.args, 1)]
    for argument, place in places:
        if isinstance(argument, Buffer):
            expected_bytes(argument, place)
    kinds = functions[smoke.call].params if smoke.call in functions else None
    if kinds is not None and len(kinds) == len(places):
        return tuple(fit_argument(a, k, p, text_ok=glue) for (a, p), k in zip(places, kinds, strict=True)), len(kinds)
    if glue:
        return tuple(natural_value(a, p) for a, p in places), None if kinds is None else len(kinds)
    if kinds is None:
        raise BadArgumentError(missing_export(smoke.call, tuple(functions)))
    raise BadArgumentError(wrong_argument_count(smoke.call, len(kinds), len(places)))


def missing_export(name: str, exports: tuple[str, ...]) -> str:
    """Why a call cannot be made: there is no such export."""
    hint = did_you_mean(name, exports)
    return f"no export {name!r}: {hint}" if hint else f"no export {name!r}: the module exports no function"


def wrong_argument_count(name: str, takes: int, given: int) -> str:
    """Why a call cannot be made: the number of arguments."""
    return f"{name} takes {takes} argument{'' if takes == 1 else 's'}, {given} given"


def _functions(module: Module) -> dict[str, FuncType]:
    return {e.name: e.type for e in module.exports if isinstance(e.type, FuncType)}


def find_allocator(module: Module) -> Allocator:
    """The module's exported allocator; AssemblyScript's class 1 is ArrayBuffer, plain bytes. Raises BadArgumentError.

    A memory that is imported, as threads share it, comes from glue, which exports it instead of the module.
    """
    functions = _functions(module)
    _need_memory(module, "a buffer")
    for wide, address in ((False, "i32"), (True, "i64")):
        one = FuncType(params=(address,), results=(address,))
        for name in ("malloc", "alloc"):
            if functions.get(name) == one:
                return Allocator(name=name, wide=wide)
    if functions.get("__new") == FuncType(params=("i32", "i32"), results=("i32",)):
        return Allocator(name="__new", more=(1,), pin="__pin" if "__pin" in functions else None)
    raise BadArgumentError("a buffer needs an exported allocator: malloc(size) or alloc(size), giving an address")


def _need_memory(module: Module, what: str) -> None:
    """Refuse what reads or writes a memory that nobody outside can see."""
    exported = any(e.name == "memory" and e.kind == "memory" for e in module.exports)
    if not exported and not any(i.kind == "memory" for i in module.imports):
        raise BadArgumentError(f"{what} needs the module to export its `memory`")


def _text_bytes(smoke: Smoke) -> int | None:
    """How much to read at the returned address: some more than is expected, to show how another text begins."""
    return len(smoke.returns.cstring.encode()) + MORE_TEXT_BYTES if isinstance(smoke.returns, CString) else None


def _brief(argument: Argument) -> str:
    if not isinstance(argument, Buffer):
        return format_scalar(argument)
    if argument.size is not None:
        return f"{argument.size} bytes"
    for name in ("utf8", "cstring"):
        if (text := getattr(argument, name)) is not None:
            return f"{name} {format_scalar(text[:20])}"
    for name in ("u8", "i32", "f32", "f64"):
        values = getattr(argument, name)
        if values is not None:
            return f"{name}[{len(values)}]"
    return "hex"
