"""One source, one interface: whichever recipe builds it, the types are the same and the answers are the known ones."""

import re
import shutil
from pathlib import Path

import pytest

from tests.e2e.test_rust import needs
from tests.support.project import ProjectFixture

SOURCES = Path(__file__).parent.parent / "fixtures" / "one-source"

Calls = tuple[tuple[str, tuple[int | float, ...], int | float, str], ...]
"""Of each function its name, arguments, what it returns, and its type as TypeScript has it."""

C: Calls = (
    ("next", (9007199254740993,), 9007199254740994, "(p0: bigint) => bigint"),
    ("product_high", (4611686018427387904, 8), 2, "(p0: bigint, p1: bigint) => bigint"),
    ("long_double", (8.0,), 6.0, "(p0: number) => number"),
    ("halved", (3.0,), 1.5, "(p0: number) => number"),
    ("big_block", (), 3, "() => number"),
    ("too_big_block", (), 1, "() => number"),
    ("depth", (600,), 600, "(p0: number) => number"),
    ("stack_buffer", (), 8, "() => number"),
    ("varargs", (), 1048581, "() => number"),
    ("pointers", (0, 21), 42, "(p0: number, p1: number) => number"),
    ("structs", (5,), 18, "(p0: number) => number"),
    ("constructor", (), 42, "() => number"),
    ("format", (), 1, "() => number"),
    ("scan", (), 2522, "() => number"),
    ("sorted", (), -97, "() => number"),
    ("parsed", (), 12.01, "() => number"),
    ("range", (), 1, "() => number"),
    ("wide_characters", (), 3196, "() => number"),
    ("moved", (), 1, "() => number"),
    ("counted", (3,), 8, "(p0: number) => number"),
    ("thread_local_data", (), 4, "() => number"),
    ("variable_length", (10,), 81, "(p0: number) => number"),
    ("grown", (), 8386560, "() => number"),
    ("maths", (2.25,), 1026.0, "(p0: number) => number"),
    ("bits", (0xF0,), 1948, "(p0: number) => number"),
)

CXX: Calls = (
    ("strings", (10,), 214, "(p0: number) => number"),
    ("containers", (10,), 9081, "(p0: number) => number"),
    ("sorted", (), 35, "() => number"),
    ("shapes", (3,), 91, "(p0: number) => number"),
    ("global_object", (), 21, "() => number"),
    ("local_static", (), 41, "() => number"),
    ("thread_local_object", (), 4, "() => number"),
    ("functions", (40,), 42, "(p0: number) => number"),
    ("streamed", (), 1, "() => number"),
    ("shared", (1 << 40,), 1 << 41, "(p0: bigint) => bigint"),
    ("aligned", (), 1, "() => number"),
    ("sum_type", (), 105, "() => number"),
)

JUMPS: Calls = (("out_of_qsort", (), 11, "() => number"), ("nested", (), 21, "() => number"))

THROWS: Calls = (
    *JUMPS,
    ("caught", (7,), 107, "(p0: number) => number"),
    *(("library", (n,), to, "(p0: number) => number") for n, to in enumerate((12, -1, -2, -2, -2))),
    ("cleanups", (), 12, "() => number"),
    ("rethrown", (), 7, "() => number"),
    ("by_base", (), 9, "() => number"),
    ("bad_cast", (), 1, "() => number"),
    ("from_new", (), 5, "() => number"),
    ("jumped", (4,), 4, "(p0: number) => number"),
)

DECLARED = re.compile(r"^ *(?:export const )?(\w+)(?:: )?(\(.*\))(?: =>|:) (\w+);$", re.MULTILINE)
"""A function in declarations: as a method of an interface, or as a constant."""

COMPONENT = """
[components.{name}]
path = "{folder}"
language = "{language}"
recipe = "{recipe}"
targets = [{targets}]
exports = [{exports}]
{more}
"""


def component(name: str, recipe: str, calls: Calls, targets: str, more: str = "") -> str:
    """A component of forge.toml with a smoke test for each call."""
    exports = ", ".join(f'"{c[0]}"' for c in {c[0]: c for c in calls}.values())
    language = "c" if name in ("c", "jumps") else "c++"
    table = COMPONENT.format(
        name=name,
        folder="eh" if name == "throws" else name,
        language=language,
        recipe=recipe,
        targets=", ".join(f'"{t}"' for t in targets.split()),
        exports=exports,
        more=more + ('\noptions = { std = "c++20" }' if language == "c++" else ""),
    )
    smokes = (
        f'[[components.{name}.smoke]]\ncall = "{call}"\nargs = {[*args]}\nreturns = {to}\n'
        for call, args, to, _ in calls
    )
    return table + "".join(smokes)


def build(project: ProjectFixture, recipe: str, origin: str, *args: str, **components: tuple[Calls, str, str]) -> None:
    """Build components with one recipe; every test passes in the engines that have the features; types are right."""
    tables = (component(name, recipe, calls, targets, more) for name, (calls, targets, more) in components.items())
    for folder in ("c", "cxx", "eh"):
        shutil.copytree(SOURCES / folder, project.root / folder, dirs_exist_ok=True)
    if "jumps" in components:
        shutil.copytree(SOURCES / "eh", project.root / "jumps", ignore=shutil.ignore_patterns("*.cpp"))
    project.write({"forge.toml": f"format = 1\n{''.join(tables)}"})
    if recipe != "zig":
        needs(project, recipe, origin=origin)
    ended = project.build(*args)
    outcomes = [e["outcome"] for e in ended.events() if e["event"] == "SmokeFinished"]
    passed = [o for o in outcomes if o["status"] == "passed"]
    lacking = "this wasmtime lacks legacy-exceptions, which web has"
    assert {o["reason"] for o in outcomes if o["status"] != "passed"} <= {lacking}
    assert {(o["label"], o["test"]) for o in passed} == {(o["label"], o["test"]) for o in outcomes}
    for name, (calls, targets, _) in components.items():
        assert {o["target"] for o in passed if o["component"] == name} == {*targets.split()}
        if "web" in targets:
            types = (project.root / f"dist/web/{name}/{name}.d.ts").read_text("utf-8")
            declared = {m[1]: f"{m[2]} => {m[3]}" for m in DECLARED.finditer(types)}
            assert {call: spelled for call, _, _, spelled in calls}.items() <= declared.items()


EVERYWHERE = "web node wasi"

FINAL = 'features = ["exceptions"]\n'

OLDER = 'features = ["legacy-exceptions"]\n'


def test_with_zig(project: ProjectFixture) -> None:
    final = {"jumps": (JUMPS, "wasi", FINAL), "throws": (THROWS, "wasi", FINAL)}
    build(project, "zig", "python", c=(C, "web", ""), cxx=(CXX, "wasi", ""), **final)


@pytest.mark.toolchains
def test_everywhere_with_zig(project: ProjectFixture) -> None:
    build(project, "zig", "python", c=(C, EVERYWHERE, ""), cxx=(CXX, EVERYWHERE, ""))


@pytest.mark.toolchains
def test_the_older_encoding_with_zig(project: ProjectFixture) -> None:
    build(project, "zig", "python", jumps=(JUMPS, "web node", OLDER), throws=(THROWS, "web node", OLDER))


@pytest.mark.toolchains
@pytest.mark.parametrize("profile", ["dev", "size"])
def test_other_profiles_with_zig(project: ProjectFixture, profile: str) -> None:
    everything = {"c": (C, "wasi", ""), "cxx": (CXX, "wasi", "")}
    chosen = ("--profile", profile)
    build(project, "zig", "python", *chosen, **everything, throws=(THROWS, "wasi", FINAL))


@pytest.mark.toolchains
@pytest.mark.parametrize("origin", ["path", "container"])
@pytest.mark.parametrize("recipe", ["emscripten", "wasi-sdk"])
def test_with_every_other_recipe(project: ProjectFixture, recipe: str, origin: str) -> None:
    build(project, recipe, origin, c=(C, EVERYWHERE, ""), cxx=(CXX, EVERYWHERE, ""))


@pytest.mark.toolchains
def test_exceptions_with_a_new_emscripten(project: ProjectFixture) -> None:
    build(project, "emscripten", "container", jumps=(JUMPS, "wasi", FINAL), throws=(THROWS, "wasi", FINAL))


@pytest.mark.toolchains
def test_the_older_encoding_with_emscripten(project: ProjectFixture) -> None:
    # Emscripten 3.1.6 gives the second of two jumps within one function the value of the first.
    jumps, throws = (tuple(call for call in calls if call[0] != "nested") for calls in (JUMPS, THROWS))
    build(project, "emscripten", "path", jumps=(jumps, "web node", OLDER), throws=(throws, "web node", OLDER))


@pytest.mark.toolchains
def test_jumps_with_a_new_wasi_sdk(project: ProjectFixture) -> None:
    build(project, "wasi-sdk", "container", jumps=(JUMPS, "wasi", FINAL))


@pytest.mark.toolchains
@pytest.mark.parametrize(
    ("recipe", "said"), [("wasi-sdk", "needs clang 20 or later"), ("emscripten", "needs emcc 4 or later")]
)
def test_a_toolchain_that_is_too_old_is_told_before_anything_is_built(
    project: ProjectFixture, recipe: str, said: str
) -> None:
    forge = component("throws", recipe, THROWS, "wasi", FINAL)
    project.write({"forge.toml": f"format = 1\n{forge}", "eh/units.cpp": "int f() { return 1; }"})
    needs(project, recipe)
    ended = project.run("build", "-o", "json")
    if ended.exit == 0:
        pytest.skip(f"the {recipe} of this machine is new enough")
    assert ended.exit == 2, ended.output
    assert said in ended.output
    assert "recipes that have it as they are here: zig" in ended.output
    assert ended.executed() == []
