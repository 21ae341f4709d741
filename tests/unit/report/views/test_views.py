"""Pages about nouns: the words that a person looks for, aligned."""

import json
import shlex
from collections.abc import Callable

import pytest

from tests.support.factories.report import Stream
from wasmforge.model.doctor import Check
from wasmforge.model.explain import Change, Explanation
from wasmforge.model.manifest import Limits
from wasmforge.model.module import (
    Export,
    Function,
    FuncType,
    GlobalType,
    Import,
    MemoryType,
    Module,
    Section,
    TableType,
)
from wasmforge.model.plan import Action, Contract, Delivery, GeneratedInput, Plan, PlannedFile
from wasmforge.model.recipe import FeatureWords, Option, Recipe, Step
from wasmforge.model.smoke import Smoke
from wasmforge.model.target import Target, TargetExports, TargetFeatures, TargetImports
from wasmforge.model.toolchain import OriginAttempt, PathOrigin, Toolchain
from wasmforge.model.trust import LocalFile, TrustedCatalog
from wasmforge.report import views
from wasmforge.report.output import Output
from wasmforge.report.views.explain import change_text as told_change
from wasmforge.report.views.plan import command_line
from wasmforge.report.views.trust import show_local_files, show_trusted
from wasmforge.report.views.wasm_types import format_type as told_type


def shown(show: Callable[[Output], None], width: int = 100, encoding: str = "utf-8") -> list[str]:
    stream = Stream(encoding=encoding)
    show(Output(stream, width=width))
    return stream.text.splitlines()


def action(label: str, *argv: str, needs: str = "") -> Action:
    generated_inputs = (GeneratedInput(path="a.o", action=needs, output="a.o"),) if needs else ()
    return Action(
        label=label,
        step="s",
        argv=argv,
        toolchain="zig",
        env={"A": "x y"},
        sources={},
        generated_inputs=generated_inputs,
        outputs=("a.o",),
    )


def delivery(target: str, made_by: str) -> Delivery:
    contract = Contract(
        target=target,
        kind="reactor",
        permitted=("simd",),
        import_modules=(),
        required_exports=(),
        limits=Limits(size="64 KiB"),
    )
    return Delivery(
        label=f"a@{target}/release",
        component="a",
        target=target,
        profile="release",
        folder=f"dist/{target}/a",
        source_folder="a",
        files=(PlannedFile(role="module", name="a.wasm", action=made_by, output="a.o"),),
        contract=contract,
        smoke=(Smoke(call="f"),),
        runtimes=("wasmtime", "node"),
    )


def plan() -> Plan:
    compiled = action("a@web/release:compile[a.c]", "zig", "cc", "-DX=a b", "a.c")
    linked = action("a@web/release:link", "zig", "cc", "a.o", needs=compiled.label)
    return Plan(
        actions={a.label: a for a in (compiled, linked)},
        deliveries=(delivery("web", linked.label), delivery("node", linked.label)),
        tools={"zig": "0.17.1"},
    )


def test_plan() -> None:
    assert shown(lambda out: views.show_plan(plan(), out)) == [
        "a@web/release  → dist/web/a",
        "  a@web/release:compile[a.c]  zig",
        "    $ A='x y' zig cc '-DX=a b' a.c",
        "  a@web/release:link  zig",
        "    $ A='x y' zig cc a.o",
        "  delivers  a.wasm (module)",
        "  permits   simd, size up to 64 KiB",
        "  smoke     1 test in wasmtime, node",
        "",
        "a@node/release  → dist/node/a",
        "  a@web/release:compile[a.c]  see a@web/release",
        "  a@web/release:link  see a@web/release",
        "  delivers  a.wasm (module)",
        "  permits   simd, size up to 64 KiB",
        "  smoke     1 test in wasmtime, node",
        "",
        "tools  zig (0.17.1)",
        "2 actions for 2 deliveries; nothing was run",
    ]


def test_commands_can_be_copied() -> None:
    it = action("l", "zig", "a'b", "$HOME", "c d")
    assert shlex.split(command_line(it)) == ["A=x y", "zig", "a'b", "$HOME", "c d"]


MODULE = Module(
    layer="core",
    size=1000,
    sections=(
        Section(name="code", custom=False, offset=8, size=750),
        Section(name="producers", custom=True, offset=758, size=50),
    ),
    imports=(
        Import(module="wasi", name="fd_write", kind="func", type=FuncType(params=("i32",), results=("i32",))),
        Import(module="env", name="memory", kind="memory", type=MemoryType(minimum=1, maximum=2, shared=True)),
        Import(module="wasi", name="exit", kind="func", type=FuncType(params=("i32",))),
    ),
    exports=(Export(name="run", kind="func", type=FuncType()),),
    memories=(MemoryType(minimum=2),),
    functions=tuple(Function(index=i, name="run" if i == 11 else "", size=i) for i in range(12)),
    start=7,
    target_features=("+simd128",),
    producers=(("language", "C11", ""), ("processed-by", "clang", "21.1.0")),
)


def test_module() -> None:
    assert shown(lambda out: views.show_module(MODULE, "a.wasm", 400, ("simd",), out))[:27] == [
        "a.wasm  core module",
        "size       1000 B, gzip 400 B",
        "features   simd",
        "declared   +simd128",
        "memory     2 pages (128.0 KiB)",
        "start      function 7",
        "producers  C11, clang 21.1.0",
        "",
        "imports (3)",
        "  wasi",
        "    fd_write  func  (i32) -> i32",
        "    exit      func  (i32)",
        "  env",
        "    memory  memory  1 page (64.0 KiB), at most 2 pages (128.0 KiB), shared",
        "",
        "exports (1)",
        "  run  func  ()",
        "",
        "sections",
        "  code               750 B  75 %  ███████████████",
        "  producers  custom   50 B   5 %  █",
        "",
        "largest functions (of 12)",
        "  11 B  1 %  run",
        "  10 B  1 %  function 10",
        "   9 B  1 %  function 9",
        "   8 B  1 %  function 8",
    ]


def test_a_module_with_nothing_in_it() -> None:
    empty = Module(layer="core", size=8, sections=())
    assert shown(lambda out: views.show_module(empty, "e.wasm", 28, (), out)) == [
        "e.wasm  core module",
        "size      8 B, gzip 28 B",
        "features  none beyond the first version of WebAssembly",
    ]


def test_bars_become_ascii() -> None:
    lines = shown(lambda out: views.show_module(MODULE, "a.wasm", 400, (), out), encoding="ascii")
    assert "  code               750 B  75 %  ###############" in lines


def test_types() -> None:
    assert told_type(FuncType(params=("i32", "f64"), results=("v128", "i64"))) == "(i32, f64) -> v128, i64"
    assert told_type(GlobalType(value="i32", mutable=True)) == "mut i32"
    assert told_type(GlobalType(value="i32")) == "i32"
    assert told_type(TableType(element="funcref", minimum=1, maximum=4)) == "funcref, 1 element, at most 4"
    assert told_type(MemoryType(minimum=0, index="i64")) == "0 pages (0 B), 64-bit"


RECIPE = Recipe(
    format=1,
    name="zig",
    summary="C with zig",
    toolchain="zig",
    languages={"c": {}},
    sources={"units": ("src/**/*.c",)},
    options={
        "std": Option(kind="choice", choices={"c11": "-std=c11", "c17": "-std=c17"}),
        "lto": Option(kind="flag", default=False, help="optimise across files"),
        "defines": Option(kind="list", default=("A", "B")),
    },
    features={"simd": FeatureWords(on=("-msimd128",))},
    targets={"web": {}},
    steps=(
        Step(
            name="compile", each="{sources.units}", run=("zig", ("-D", "{options.defines}")), outputs={"object": "a.o"}
        ),
    ),
)


def test_recipes() -> None:
    lines = shown(
        lambda out: views.show_recipes([RECIPE, Recipe(format=1, name="opt", toolchain="binaryen", steps=())], out)
    )
    assert lines == [
        "recipe  languages  targets  toolchain  what",
        "zig     c          web      zig        C with zig",
        "opt     pass                binaryen",
    ]


def test_recipe() -> None:
    assert shown(lambda out: views.show_recipe(RECIPE, "recipes/zig.toml", out)) == [
        "zig  C with zig",
        "file       recipes/zig.toml",
        "languages  c",
        "toolchain  zig",
        "targets    web",
        "",
        "sources",
        "  units  src/**/*.c",
        "",
        "options",
        "  std      choice                 one of c11, c17",
        "  lto      flag    default false  optimise across files",
        "  defines  list    default A, B",
        "",
        "features",
        "  feature  on         off",
        "  simd     -msimd128  -",
        "",
        "steps",
        "  compile  once for each of {sources.units}",
        "    run      zig [-D {options.defines}]",
        "    outputs  a.o (object)",
    ]


TRIED = (
    OriginAttempt(toolchain="zig", kind="path", why_not="not on PATH", fix="install zig"),
    OriginAttempt(toolchain="zig", kind="python", identity="ziglang 0.17.1", location="/lib/ziglang"),
    OriginAttempt(toolchain="emcc", kind="path", why_not="not on PATH", fix="install emscripten"),
)


def test_toolchains_hint_only_at_what_is_missing() -> None:
    assert shown(lambda out: views.show_toolchains(TRIED, {"emcc": ">= 4"}, out)) == [
        "   toolchain  wanted  origin  found           location",
        "·  zig                path    not on PATH",
        "✓                     python  ziglang 0.17.1  /lib/ziglang",
        "✗  emcc       >= 4    path    not on PATH",
        "",
        "hint: emcc: install emscripten",
    ]


def test_toolchain() -> None:
    origin = PathOrigin(program="emcc", probe=("emcc", "-v"), tools={"emcc": ("{program}",)}, at_least="4.0")
    it = Toolchain(format=1, name="emcc", summary="for the web", needs=("node",), origins=(origin,))
    assert shown(lambda out: views.show_toolchain(it, TRIED[2:], out)) == [
        "emcc  for the web",
        "needs  node",
        "",
        "1. path",
        "  tools     emcc = {program}",
        "  program   emcc",
        "  probe     emcc -v",
        "  at least  4.0",
        "",
        "on this machine",
        "  ✗  path  not on PATH",
        "",
        "hint: emcc: install emscripten",
    ]


def target(name: str, *permitted: str) -> Target:
    return Target(
        format=1,
        name=name,
        summary=f"the {name}",
        sources=("https://webassembly.org/features/",),
        features=TargetFeatures(permitted=("bulk-memory", *permitted), default=("bulk-memory",)),
        imports=TargetImports(modules=("*",)),
        exports=TargetExports(command=("_start",)),
        limits=Limits(size="1 MiB"),
        recipes={"c": "zig"},
        delivers=("module", "glue"),
        runtimes=("node",),
    )


@pytest.mark.parametrize(("encoding", "simd", "legend"), [
    ("utf-8", "○    ·", "● default   ○ permitted   · forbidden"),
    ("ascii", "o    .", "* default   o permitted   . forbidden"),
])  # fmt: skip
def test_targets(encoding: str, simd: str, legend: str) -> None:
    both = [target("web", "simd"), target("wasi")]
    lines = shown(lambda out: views.show_targets(both, out), encoding=encoding)
    assert lines[:4] == ["web   the web", "wasi  the wasi", "", "feature                  web  wasi"]
    assert f"simd                     {simd}" in lines
    assert lines[-1] == legend


def test_target() -> None:
    lines = shown(lambda out: views.show_target(target("web", "simd"), "targets/web.toml", out), width=60)
    assert lines[:10] == [
        "web  the web",
        "file      targets/web.toml",
        "kinds     command, reactor",
        "imports   any: its glue provides them",
        "delivers  module, glue",
        "runtimes  node",
        "",
        "features",
        "  by default  bulk-memory",
        "  when asked  simd",
    ]
    assert lines[-1] == "  https://webassembly.org/features/"
    assert all(len(each) <= 60 for each in lines)


def test_files_that_a_project_brings() -> None:
    files = [
        LocalFile(path="recipes/toy.toml", state="new", runs=("toy --make", "\x1b[2Ktoy --strip")),
        LocalFile(path="toolchains/box/package.json", state="changed"),
    ]
    assert shown(lambda out: show_local_files(files, out)) == [
        "  recipes/toy.toml  new",
        "    $ toy --make",
        "    $ toy --strip",
        "  toolchains/box/package.json  changed",
    ]


def test_what_is_trusted() -> None:
    one = TrustedCatalog(fingerprint="0123456789abcdef" * 4, project="/home/me/app", date="2026-01-31", files={"a": ""})
    assert shown(lambda out: show_trusted([one], out)) == [
        "fingerprint   trusted     files   project",
        "0123456789ab  2026-01-31  1 file  /home/me/app",
    ]
    assert shown(lambda out: show_trusted([], out)) == ["nothing is trusted"]


def test_doctor() -> None:
    checks = [
        Check(what="zig", status="ok", detail="0.17.1", fix="not needed"),
        Check(what="emcc", status="wrong", detail="not on PATH", fix="install emscripten"),
        Check(what="docker", status="absent", detail="nobody asks for it"),
    ]
    assert shown(lambda out: views.show_doctor(checks, out)) == [
        "✓  zig     0.17.1",
        "✗  emcc    not on PATH",
        "           fix: install emscripten",
        "-  docker  nobody asks for it",
        "",
        "1 thing needs attention",
    ]
    assert shown(lambda out: views.show_doctor(checks[:1], out))[-1] == "all is well"
    assert shown(lambda out: views.show_doctor([checks[1]] * 2, out))[-1] == "2 things need attention"


A, B = "a" * 64, "b" * 64


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(what="src/matmul.h", old=A, new=B), "src/matmul.h changed"),
        (Change(what="zig", old="0.17.0", new="0.17.1"), "zig 0.17.0 -> 0.17.1"),
        (Change(what="argument", new="-O3"), "argument added: -O3"),
        (Change(what="argument", old="-O3"), "argument removed: -O3"),
        (Change(what="src/new.h", new=f"sha256:{A}"), "src/new.h added"),
        (Change(what="src/old.h", old=A), "src/old.h removed"),
        (Change(what="needs", new="a@web/dev:link, which would run"), "needs a@web/dev:link, which would run"),
        (Change(what="the store", new="no longer has its outputs"), "the store no longer has its outputs"),
    ],
)
def test_changes(change: Change, words: str) -> None:
    assert told_change(change) == words


def test_explain() -> None:
    it = Explanation(label="a@web/dev:link", status="would run", changes=(Change(what="argument", new="-O3"),))
    assert shown(lambda out: views.show_explain(it, out)) == ["a@web/dev:link  would run", "  argument added: -O3"]


def test_json_of_any_noun() -> None:
    lines = shown(lambda out: views.show_json([target("web")], out))
    assert [t["name"] for t in json.loads(lines[0])] == ["web"]
