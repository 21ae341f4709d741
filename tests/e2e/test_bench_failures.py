"""Benches in which something is wrong: the one participant is out, says why in a line, and the others are timed."""

import pytest

from tests.support.bench_project import HEAD, JAVASCRIPT, WAT, C, bench, component, participants, run_bench, tables
from tests.support.project import CommandResult, ProjectFixture, make_project
from tests.support.toy_toolchain import assert_refused

WRONG = JAVASCRIPT.replace("return s", "return s + 1").replace("* 0.5", "* (i === 77 ? 0.75 : 0.5)")

SCRIPTS = {
    "wrong": (WRONG, ["returned -1669348398, not -1669348399 like wasm in node"]),
    "throws": ("export function mix() { throw new TypeError('not\\ntoday') }", ["TypeError: not today"]),
    "leaves": ("export function mix() { console.log('so long'); process.exit(7) }", ["exit code 7: so long"]),
    "later": (
        f"let calls = 0; {JAVASCRIPT.replace('let s = 0', 'if (calls++ > 5) process.exit(0); let s = 0')}",
        ["exit code 0"],
    ),
    "nothing": ("export function other() {}", ["it exports no function mix"]),
    "promise": ("export async function mix() { return 1 }", ["mix returns a promise, whose time cannot be taken"]),
    "unread": ("export function mix( {", ["SyntaxError"]),
    "forever": ("export function mix() { for (;;); }", ["gave no answer within 1 s"]),
}
"""JavaScript that is not the same as the module, and what is said of it."""

MODULES = {
    "traps": ("unreachable", ["in node", "in wasmtime", "trap: unreachable"]),
    "loops": ("(loop $x (br $x))", ["gave no answer within 1 s"]),
}

NATIVES = {
    "uncompiled": (C.format(head="#ifndef __wasm__\n#error not here\n#endif\n"), ["mix.c:3:2: error: not here"]),
    "hidden": (
        '__attribute__((export_name("mix"))) int other(int n) { return n; }',
        ["its sources define no C function mix"],
    ),
    "dies": (
        '__attribute__((visibility("default"))) int mix(int n) { return *(volatile int *)(n - 2000); }',
        ["died by signal SIGSEGV"],
    ),
}

FILL = 'exports = ["fill", "malloc", "free"]\n'
BUFFERS = '[4, { zeros = 16 }, { zeros = 4, of = "f32" }]'

ARGUMENTS = {
    "gone": ('[1, { file = "gone.bin" }, { zeros = 4 }]', ".1.file: fill/gone.bin is not a file"),
    "folder": ('[1, { file = "js" }, { zeros = 4 }]', ".1.file: fill/js is not a file"),
    "few": ("[1]", ": fill takes 3 arguments, 1 given"),
    "unfit": ("[1, 2.5, { zeros = 1 }]", ": argument 2 is 2.5, but the parameter is an i32"),
    "odd": (
        '[1, { hex = "000000", of = "f32" }, { zeros = 1 }]',
        ": argument 2: has 3 bytes, which is not a whole number of f32",
    ),
}


def project_files() -> dict[str, str | bytes]:
    """A component for each mistake, that none but itself suffers from."""
    forge = [HEAD]
    files: dict[str, str | bytes] = {
        "plain/mix.wat": WAT.format(first=""),
        "fill/mix.c": C.format(head=""),
        "fill/js/x": "",
    }
    for name, (text, _) in SCRIPTS.items():
        forge += [
            component(name, path="plain"),
            bench(name, f'javascript = "{name}.mjs"\ntimeout = {1 if name == "forever" else 60}\n'),
        ]
        files[f"plain/{name}.mjs"] = text
    for name, (first, _) in MODULES.items():
        forge += [component(f"{name}-itself", path=name), component(name, path="plain")]
        forge += [bench(name, f'compare-with = ["{name}-itself"]\ntimeout = {1 if name == "loops" else 60}\n')]
        files[f"{name}/mix.wat"] = WAT.format(first=first)
    for name, (text, _) in NATIVES.items():
        forge += [component(f"{name}-itself", "c", path=name), component(name, path="plain")]
        forge += [bench(name, f'native = "{name}-itself"\n')]
        files[f"{name}/mix.c"] = text
    for name, (args, _) in ARGUMENTS.items():
        forge += [component(name, "c", path="fill", more=FILL), bench(name, f'call = "fill"\nargs = {args}\n')]
    files["fill/wrong.mjs"] = WRONG
    wrong = 'call = "fill"\nargs = [100, { zeros = 16, of = "u8" }, { zeros = 100, of = "f32" }]\n'
    wrong = wrong.replace("zeros = 16", "random = 16") + 'javascript = "wrong.mjs"\n'
    forge += [component("wrong-buffer", "c", path="fill", more=FILL), bench("wrong-buffer", wrong)]
    forge += [component("gone-script", path="plain"), bench("gone-script", 'javascript = "gone.mjs"\n')]
    forge += [component("roomless", "c", path="fill", more='exports = ["fill"]\n')]
    forge += [bench("roomless", f'call = "fill"\nargs = {BUFFERS}\n')]
    forge += [component("unbenched", path="plain")]
    return {**files, "forge.toml": "".join(forge)}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ProjectFixture:
    """The project."""
    made = make_project(tmp_path_factory.mktemp("bad"))
    made.write(project_files())
    return made


def one(project: ProjectFixture, *args: str) -> CommandResult:
    """A bench in the two engines that are always there."""
    return run_bench(project, "-e", "node", "-e", "wasmtime", *args)


@pytest.mark.parametrize("name", SCRIPTS)
def test_javascript_that_is_not_the_same_is_not_timed(project: ProjectFixture, name: str) -> None:
    ended = one(project, name, "-o", "json")
    assert ended.exit == 1, ended.output
    table = tables(ended)[f"{name} mix"]
    assert set(participants(table)) == {"wasm in node", "wasm in wasmtime"}
    (skipped,) = table["skipped"]
    assert (skipped["code"], skipped["failed"]) == ("javascript", True)
    for words in SCRIPTS[name][1]:
        assert words in skipped["why"]
    assert "\n" not in skipped["why"]


@pytest.mark.parametrize(("name", "words"), [(name, words) for name, (_, words) in {**MODULES, **NATIVES}.items()])
def test_a_module_or_a_library_that_fails_is_out(project: ProjectFixture, name: str, words: list[str]) -> None:
    ended = one(project, name)
    assert_refused(ended, 1, *words, "  wasm  node", "  wasm  wasmtime", "Failed")
    assert ": 1: wasm trap" not in ended.output, "causes are not numbered where only the last is told"


def test_the_place_of_a_wrong_element_is_told(project: ProjectFixture) -> None:
    ended = one(project, "wrong-buffer", "-o", "json")
    assert ended.exit == 1, ended.output
    (skipped,) = tables(ended)["wrong-buffer fill"]["skipped"]
    assert skipped["code"] == "javascript"
    assert skipped["why"].startswith("buffer 2 has ")
    assert "at f32 77, not" in skipped["why"]


@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments_that_do_not_fit(project: ProjectFixture, name: str) -> None:
    assert_refused(one(project, name), 2, f": components.{name}.bench.0.args{ARGUMENTS[name][1]}")


def test_nothing_is_timed_where_one_bench_cannot_be(project: ProjectFixture) -> None:
    ended = one(project, "wrong", "few", "gone")
    assert_refused(ended, 2, "fill/gone.bin is not a file")
    ended = one(project, "wrong", "few")
    assert_refused(ended, 2, "fill takes 3 arguments, 1 given")
    assert "times wasm" not in ended.output


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["gone-script"], 2, ["components.gone-script.bench.0.javascript: plain/gone.mjs is not a file"]),
        (["roomless"], 1, ["Failed wasm in node: a buffer needs an exported allocator"]),
        (["unbenched"], 2, ["unbenched has no bench", "hint: add [[components.unbenched.bench]]"]),
        (["wrnog"], 2, ["unknown component 'wrnog'", "did you mean 'wrong'?"]),
        (["wrong", "-e", "nod"], 2, ["--engine: unknown engine 'nod'", "did you mean 'node'?"]),
        (
            ["wrong", "--save", "x.pdf"],
            2,
            ["--save: 'x.pdf' has no known file extension", ".json, .csv, .md, .svg, .html"],
        ),
        (["wrong", "--save", "no/x.svg"], 2, ["--save no/x.svg: no such folder", "mkdir -p no"]),
        (["wrong", "--save", "dist/../plain/mix.wat/x.svg"], 2, ["no such folder"]),
        (["wrong", "--compare", "gone.json"], 2, ["--compare gone.json: no such file or directory"]),
        (["wrong", "--compare", "forge.toml"], 2, ["--compare forge.toml: is not a saved run"]),
        (["wrong", "--compare", "plain"], 2, ["--compare plain: is a directory"]),
        (["wrong", "--fail-above", "5%"], 2, ["--fail-above: goes with --compare"]),
        (["wrong", "--compare", "x", "--fail-above", "much"], 2, ["'much' is not a percentage"]),
        (["wrong", "-n", "2"], 2, ["'--repeats' / '-n': Input should be greater than or equal to 3"]),
    ],
)
def test_asked_wrongly(project: ProjectFixture, args: list[str], code: int, words: list[str]) -> None:
    assert_refused(one(project, *args), code, *words)


def test_a_project_without_benches(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = make_project(tmp_path_factory.mktemp("none"))
    made.write({"forge.toml": HEAD + component("plain"), "plain/mix.wat": WAT.format(first="")})
    assert_refused(one(made), 2, "no component has a bench", "hint: add [[components.NAME.bench]]")


def test_what_has_no_toolchain_here_is_left_out_by_name(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = make_project(tmp_path_factory.mktemp("left-out"))
    origin = '[[origins]]\nkind = "path"\nprogram = "no-such-compiler"\ntools = { ncc = ["{program}"] }\n'
    steps = '[[steps]]\nname = "build"\nrun = ["ncc", "{sources.units}"]\noutputs = { module = "{name}.wasm" }\n'
    head = 'format = 1\nname = "strange"\ntoolchain = "strange"\n[languages.strange]\n[sources]\nunits = ["*.s"]\n'
    strange = component("strange", "strange", more='recipe = "strange"\n')
    made.write(
        {
            "forge.toml": HEAD
            + strange
            + bench("strange")
            + component("plain")
            + bench("plain", 'compare-with = ["strange"]\n'),
            "toolchains/strange.toml": f'format = 1\nname = "strange"\n{origin}',
            "recipes/strange.toml": head + steps,
            "strange/x.s": "",
            "plain/mix.wat": WAT.format(first=""),
        }
    )
    ended = one(made)
    assert_refused(ended, 0, "Left out wasm, wasm strange in node: ", "no-such-compiler on PATH")
    assert "  wasm  node" in ended.output
    assert_refused(one(made, "strange"), 3, "toolchain strange: is not on this machine", "no-such-compiler on PATH")
