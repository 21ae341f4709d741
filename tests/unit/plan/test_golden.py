"""The plan of every shipped recipe, on every target in every profile, as text that a person can read.

A golden file has one plan in full, of the first target in the release profile. Of every other target and profile it has
what is different there, action by action.

After a change that is meant, write the files anew and look at the difference:

    RENEW_GOLDEN=1 pytest tests/unit/plan/test_golden.py && git diff tests/unit/plan/golden
"""

import difflib
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.factories.plan import manifest, snapshot
from wasmforge.config import load_catalog
from wasmforge.model.base import Struct
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Component
from wasmforge.model.plan import Action, Delivery, Plan
from wasmforge.model.vocabulary import PROFILES
from wasmforge.plan import Request, check, make_plan, select

GOLDEN = Path(__file__).parent / "golden"
CATALOG = load_catalog(None)


class Case(Struct, frozen=True, kw_only=True):
    """One golden file: a component with the files its recipe would find."""

    name: str
    recipe: str
    component: Component
    groups: dict[str, tuple[str, ...]]


def case(name: str, recipe: str, language: str, groups: dict[str, tuple[str, ...]], **changes: object) -> Case:
    """A case for all three targets."""
    said = {"targets": ("web", "node", "wasi"), **changes}
    made = Component(path="app", language=language, recipe=recipe, **said)  # type: ignore[arg-type]
    return Case(name=name, recipe=recipe, component=made, groups=groups)


NO_BROWSER = {"targets": ("node", "wasi")}
HEADERS = {"headers": ("include/app.h",)}

PROJECT: dict[str, tuple[str, ...]] = {"project": ("CMakeLists.txt", "configure", "z.c"), "c_units": ("forge/glue.c",)}

CRATE: dict[str, tuple[str, ...]] = {"root": ("Cargo.toml",), "lock": ("Cargo.lock",), "rust": ("src/lib.rs",)}

CASES = (
    case("zig-c-reactor", "zig", "c", {"c_units": ("src/a.c", "src/deep/b.c"), **HEADERS}, exports=("sum", "free")),
    case(
        "zig-c-variants",
        "zig",
        "c",
        {"c_units": ("src/a.c",)},
        exports=("sum",),
        variants={"base": (), "fast": ("simd",)},
    ),
    case("zig-c-command", "zig", "c", {"c_units": ("main.c",)}, options={"std": "c17", "libs": ("m",)}, **NO_BROWSER),
    case(
        "zig-cxx-reactor",
        "zig",
        "c++",
        {"cxx_units": ("src/app.cpp",), **HEADERS},
        exports=("sum",),
        features=("simd",),
        options={"std": "c++20", "defines": ("A=1", "B"), "stack-size": 65536},
    ),
    case("zig-zig-reactor", "zig", "zig", {"zig_reactor": ("root.zig",), "zig_files": ("root.zig",)}, exports=("sum",)),
    case(
        "zig-zig-command",
        "zig",
        "zig",
        {"zig_command": ("main.zig",), "zig_files": ("main.zig", "lib.zig")},
        **NO_BROWSER,
    ),
    case(
        "zig-mixed",
        "zig",
        "c++",
        {
            "c_units": ("a.c",),
            "cxx_units": ("b.cc",),
            "zig_reactor": ("root.zig",),
            "zig_files": ("root.zig",),
            **HEADERS,
        },
        exports=("sum",),
        options={"flags": ("-Wall",), "link-flags": ("-Wl,--gc-sections",)},
    ),
    case(
        "assemblyscript-reactor",
        "assemblyscript",
        "assemblyscript",
        {"entry": ("assembly/index.ts",), "modules": ("assembly/index.ts", "assembly/more.ts")},
        exports=("sum",),
        features=("simd",),
        options={"runtime": "stub", "export-runtime": True, "abort": "trap"},
    ),
    case(
        "assemblyscript-command",
        "assemblyscript",
        "assemblyscript",
        {"entry": ("index.ts",), "modules": ("index.ts",)},
        **NO_BROWSER,
    ),
    case("wat-reactor", "wat", "wat", {"module": ("app.wat",)}, exports=("sum",)),
    case("emscripten-c-reactor", "emscripten", "c", {"c_units": ("src/a.c",), **HEADERS}, exports=("sum",)),
    case(
        "emscripten-cxx-command",
        "emscripten",
        "c++",
        {"cxx_units": ("main.cpp",)},
        options={"std": "c++20", "exceptions": "javascript", "max-memory": 1048576},
        **NO_BROWSER,
    ),
    case("wasi-sdk-c-reactor", "wasi-sdk", "c", {"c_units": ("src/a.c",), **HEADERS}, exports=("sum",)),
    case(
        "wasi-sdk-cxx-command", "wasi-sdk", "c++", {"cxx_units": ("main.cpp",)}, options={"std": "c++20"}, **NO_BROWSER
    ),
    *(
        case(name, name, "c", PROJECT, exports=("sum",), options={"libraries": ("lib/z.a",), "configure": ("-DA=1",)})
        for name in ("cmake-wasi-sdk", "cmake-emscripten", "make-wasi-sdk", "make-emscripten")
    ),
    case("cargo-reactor", "cargo", "rust", CRATE, exports=("sum",), options={"features": ("fast",)}),
    case("cargo-command", "cargo", "rust", CRATE, **NO_BROWSER),
    case("wasm-bindgen", "wasm-bindgen", "rust", CRATE, exports=("sum",), targets=("web", "node")),
    case("wasm-pack", "wasm-pack", "rust", CRATE, exports=("sum",), targets=("web", "node")),
    case("wasm-opt", "wat", "wat", {"module": ("app.wat",)}, exports=("sum",), options={"wasm-opt": True}),
    case(
        "aot",
        "wat",
        "wat",
        {"module": ("app.wat",)},
        targets=("wasi", "wamr", "wasmedge"),
        features=("simd",),
        options={"aot": True, "aot-level": "s"},
    ),
    case(
        "cloudflare",
        "assemblyscript",
        "assemblyscript",
        {"entry": ("index.ts",), "modules": ("index.ts",)},
        exports=("sum",),
        targets=("cloudflare",),
        options={"package-name": "@acme/sum", "package-version": "1.2.3"},
    ),
    case(
        "lambda-edge",
        "wat",
        "wat",
        {"module": ("app.wat",), "named": ("edge/handler.mjs",)},
        exports=("sum",),
        targets=("lambda-edge",),
        options={"handler": "./edge/handler.mjs"},
    ),
    case("fastly", "wat", "wat", {"module": ("app.wat",)}, targets=("fastly",)),
    case("fastly-own", "wat", "wat", {"module": ("app.wat",), "named": ("fastly.toml",)}, targets=("fastly",)),
    case("wat-command", "wat", "wat", {"module": ("app.wat",)}, **NO_BROWSER),
)


def planned(case: Case, profile: str, catalog: Catalog) -> Plan:
    """The plan of one case; toolchains are called by their names."""
    said = manifest(app=case.component)
    check(said, catalog)
    wanted = select(said, catalog, Request(profile=profile))
    full = snapshot("app", case.recipe, **{**empty(case.recipe, catalog), **case.groups})
    snapshots = {("app", case.recipe): full}
    return make_plan(said, wanted, catalog, snapshots, {name: f"that {name}" for name in catalog.toolchains})


def empty(recipe: str, catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """Every group of the recipe's sources, without files."""
    return {group.replace("-", "_"): () for group in catalog.recipes[recipe].sources}


Line = tuple[str, str]
"""What a line is about, and its text; each word of a command is one."""

Block = tuple[Line, ...]
"""An action or a delivery."""

BASE_PROFILE = "release"


def golden_text(case: Case, catalog: Catalog) -> str:
    """The plans of one case: the first in full, of the others what is different."""
    plans = {profile: planned(case, profile, catalog) for profile in PROFILES}
    targets = case.component.targets or ()
    blocks = {(t, p): plan_blocks(plans[p], f"app@{t}/{p}") for p in (BASE_PROFILE, *PROFILES) for t in targets}
    for profile, whole in plans.items():
        count = sum(len(blocks[target, profile]) for target in targets)
        assert count == len(whole.actions) + len(whole.deliveries), f"something of {profile} is left out"
    lines: list[str] = []
    written: dict[tuple[str, ...], str] = {}
    for (target, profile), plan in blocks.items():
        unit = f"app@{target}/{profile}"
        (folder,) = (d.folder for d in plans[profile].deliveries if str(d.label) == unit)
        if not lines:
            lines = [f"## {unit} in {folder}/", "", *(text for item in plan.items() for text in full_text(*item))]
            continue
        reference = (targets[0] if profile == BASE_PROFILE else target, BASE_PROFILE)
        changes = tuple(differences(blocks[reference], plan))
        head = "## {} in {}/, unlike app@{}/{}".format(unit, folder, *reference)
        lines += [f"{head}: as {written[changes]}", ""] if changes in written else [head, "", *changes, ""]
        written.setdefault(changes, unit)
    return "\n".join(lines)


def full_text(name: str, block: Block, width: int = 110) -> Iterator[str]:
    """A whole block: where the command is long, one word a line would hide what belongs together."""
    yield name
    about, line = "", ""
    for key, text in block:
        if line and (key != "run" or about != "run" or len(line) + len(text) >= width):
            yield line
            line = ""
        line = f"{line} {text}" if line else f"    {key if key != about or key != 'run' else '':8} {text}"
        about = key
    yield from (line, "") if line else ("",)


def differences(old: dict[str, Block], new: dict[str, Block]) -> Iterator[str]:
    """What is to be changed in `old` to have `new`. Of what is gone only the name."""
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield f"order: {' '.join(new)}"
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield f"- {name}"
        elif name not in old:
            yield from (f"+ {line}" for line in full_text(name, new[name]) if line)
        elif old[name] != new[name]:
            yield f"  {name}"
            changes = difflib.SequenceMatcher(None, old[name], new[name], autojunk=False).get_opcodes()
            for kind, i, j, k, m in changes:
                if kind != "equal":
                    yield from (f"- {line}" for line in part_text(old[name], i, j))
                    yield from (f"+ {line}" for line in part_text(new[name], k, m))


def part_text(block: Block, start: int, end: int) -> list[str]:
    """Lines of a block; in a command also the word before them, which says where in it they are."""
    part = list(block[start:end])
    if part and part[0][0] == "run" and start and block[start - 1][0] == "run":
        part.insert(0, ("run", f"…{block[start - 1][1]}"))
    return [line for line in full_text("", tuple(part), width=1000) if line]


def plan_blocks(plan: Plan, unit: str) -> dict[str, Block]:
    """The actions and deliveries of a unit (`app@web/dev`) by name, with `app` for what is of the unit itself."""
    actions = [(a.label, [*action_lines(a)]) for a in plan.actions.values() if of_unit(a.label, unit)]
    deliveries = [("delivery", [*delivery_lines(d)]) for d in plan.deliveries if str(d.label) == unit]
    named = [*actions, *deliveries]
    blocks = {
        name.replace(unit, "app"): tuple((key, text.replace(unit, "app")) for key, text in lines)
        for name, lines in named
    }
    assert len(blocks) == len(named)
    return blocks


def of_unit(label: str, unit: str) -> bool:
    """Whether an action is of a unit, or of a variant of it."""
    return label.startswith((f"{unit}:", f"{unit}/"))


def delivery_lines(delivery: Delivery) -> Iterator[Line]:
    """A delivery as lines."""
    yield from ((p.role, f"{p.name} from {p.action}") for p in delivery.files)
    yield "exports", " ".join(delivery.contract.required_exports)


def action_lines(action: Action) -> Iterator[Line]:
    """An action as lines."""
    yield "with", action.toolchain
    yield from (("set", f"{name}={value}") for name, value in action.env.items())
    yield from (("run", shlex.quote(word)) for word in action.argv)
    yield from (("reads", path) for path in action.sources)
    yield from (("reads", f"{g.path} from {g.action}") for g in action.generated_inputs)
    yield from (("sees", path) for path in action.placeholders)
    yield from (("writes", path) for path in action.outputs)
    if action.depfile:
        yield "depfile", action.depfile
    if action.scratch:
        yield "scratch", action.scratch
    if action.network:
        yield "network", ""


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_the_plan_is_the_golden_one(case: Case) -> None:
    text = golden_text(case, CATALOG)
    path = GOLDEN / f"{case.name}.txt"
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(text, "utf-8")
    golden = path.read_text("utf-8").splitlines() if path.exists() else []
    difference = list(difflib.unified_diff(golden, text.splitlines(), str(path.name), "the plan now", lineterm=""))
    assert not difference, "\n".join((*difference, "", "if this is meant: RENEW_GOLDEN=1 pytest " + __file__))


def test_every_recipe_and_pass_has_a_golden_plan() -> None:
    used = {c.recipe for c in CASES}
    assert used | {"native"} == set(CATALOG.recipes)  # which no target builds
    targets = [CATALOG.targets[t] for c in CASES for t in c.component.targets or ()]
    passes = {p for t in targets for p in (*t.passes, *((t.loader,) if t.loader else ()))}
    assert passes == set(CATALOG.passes)


def test_no_golden_file_is_left_over() -> None:
    assert {p.stem for p in GOLDEN.iterdir()} == {c.name for c in CASES}


def test_a_plan_says_nothing_of_this_machine() -> None:
    for path in GOLDEN.iterdir():
        text = path.read_text("utf-8")
        assert str(Path(__file__).parents[3]) not in text
        assert str(Path.home()) + "/" not in text


def test_equal_requests_give_equal_plans() -> None:
    again = load_catalog(None)
    for case in CASES:
        assert planned(case, "size", CATALOG) == planned(case, "size", again)
