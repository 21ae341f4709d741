"""Benches in forge.toml: every mistake is found, with its place and a hint."""

from pathlib import Path

import pytest

from tests.support.factories.plan import catalog, component, manifest, recipe, target
from wasmforge.config.project import load_project
from wasmforge.errors import ForgeError, Problem
from wasmforge.model.bench import Bench, Input
from wasmforge.plan.checks.bench import check_benches
from wasmforge.plan.checks.manifest import check

KNOWN = catalog(
    recipe(languages={"toy": {}, "tame": {}}),
    recipe("native", languages={"toy": {}}),
    targets=(target("web", recipes={"toy": "toy", "tame": "toy"}),),
)

ALL = ", ".join(("random", "zeros", "file", "utf8", "hex"))


def told(*benches: Bench) -> list[Problem]:
    """The problems of the component `app`, which exports `run` and `ruin`; there are others."""
    made = manifest(
        app=component(exports=("run", "ruin"), bench=benches),
        twin=component(exports=("run",)),
        deaf=component(exports=("other",)),
        tame=component(language="tame", exports=("run",)),
        needy=component(exports=("run",), needs=("twin",)),
    )
    return list(check_benches("components.app", made.components["app"], made.components, KNOWN))


@pytest.mark.parametrize(
    ("bench", "place", "what", "hint"),
    [
        (Bench(call="rn"), ".call", "'rn' is none of the component's exports", "did you mean 'run'?"),
        (Bench(call="run", tolerance=-1.0), ".tolerance", "not a tolerance", "0 or more"),
        (Bench(call="run", tolerance=float("nan")), ".tolerance", "not a tolerance", "0 or more"),
        (Bench(call="run", native="twn"), ".native", "unknown component 'twn'", "did you mean 'twin'?"),
        (Bench(call="run", compare_with=("twn",)), ".compare-with", "unknown component 'twn'", "did you mean 'twin'?"),
        (Bench(call="run", native="deaf"), ".native", "deaf does not export 'run'", "drop it"),
        (Bench(call="run", compare_with=("deaf",)), ".compare-with", "deaf does not export 'run'", "drop it"),
        (
            Bench(call="run", native="tame"),
            ".native",
            "tame is in tame, which is not compiled for this machine",
            "name a component that does the same in toy",
        ),
        (Bench(call="run", native="needy"), ".native", "needy needs other components", "name one that needs none"),
        (
            Bench(call="run", compare_with=("app",)),
            ".compare-with",
            "app takes part already",
            "name each other component once",
        ),
        (
            Bench(call="run", compare_with=("twin", "twin")),
            ".compare-with",
            "twin takes part already",
            "name each other component once",
        ),
        (
            Bench(call="run", args=(1, Input())),
            ".args.1",
            f"takes exactly one of {ALL}; this one has none",
            '{ random = 1024, of = "f32" }',
        ),
        (
            Bench(call="run", args=(Input(zeros=1, utf8=""),)),
            ".args.0",
            f"takes exactly one of {ALL}; this one has zeros, utf8",
            '{ random = 1024, of = "f32" }',
        ),
        (
            Bench(call="run", args=(Input(file="../x"),)),
            ".args.0.file",
            "'../x' is no file of the component's folder",
            '"bench/in.bin"',
        ),
        (
            Bench(call="run", javascript="/x.mjs"),
            ".javascript",
            "'/x.mjs' is no file of the component's folder",
            '"bench/NAME.mjs"',
        ),
        (
            Bench(call="run", javascript=""),
            ".javascript",
            "'' is no file of the component's folder",
            '"bench/NAME.mjs"',
        ),
        (
            Bench(call="run", name="a\x1b[31mb"),
            ".name",
            "'a\\x1b[31mb' has characters that cannot be shown",
            "leave them out",
        ),
    ],
)
def test_mistakes(bench: Bench, place: str, what: str, hint: str) -> None:
    fine = Bench(name="fine", call="ruin")
    (problem,) = told(fine, bench)
    assert (problem.where, problem.what, problem.hint) == (f"components.app.bench.1{place}", what, hint)


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        (Bench(call="run"), Bench(call="run"), ""),
        (Bench(call="run", name="a"), Bench(call="ruin", name="a"), ".name"),
        (Bench(call="run"), Bench(call="ruin", name="run"), ".name"),
    ],
)
def test_two_of_one_name(first: Bench, second: Bench, place: str) -> None:
    (problem,) = told(first, second)
    assert problem.where == f"components.app.bench.1{place}"
    assert problem.what.startswith("another bench of this component is called")
    assert problem.hint == 'name = "…"'


def test_a_component_without_exports() -> None:
    made = manifest(app=component(bench=(Bench(call="run"),)))
    (problem,) = check_benches("components.app", made.components["app"], made.components, KNOWN)
    assert (problem.where, problem.hint) == ("components.app.bench.0.call", 'exports = ["run"]')


def test_none() -> None:
    bench = Bench(
        call="run",
        args=(1, True, 2.5, Input(file="in/x.bin"), Input(random=8, of="f64")),
        javascript="bench/run.mjs",
        native="app",
        compare_with=("twin", "tame", "needy"),
        tolerance=0.5,
    )
    assert told(bench, Bench(call="run", name="again")) == []


def test_all_at_once_through_check() -> None:
    wrong = Bench(call="x", native="y", args=(Input(),), javascript="/z", tolerance=-1.0)
    with pytest.raises(ForgeError) as caught:
        check(manifest(app=component(exports=("run",), bench=(wrong,))), KNOWN)
    cache_dirs = {p.where.rpartition("bench.0.")[2] for p in caught.value.problems}
    assert cache_dirs == {"call", "native", "args.0", "javascript", "tolerance"}


HEAD = 'format = 1\n[components.app]\npath = "app"\nlanguage = "wat"\n[[components.app.bench]]\n'


@pytest.mark.parametrize(
    ("line", "place", "what", "hint"),
    [
        ('cal = "f"', ":6: components.app.bench.0.cal", "unknown key", "did you mean 'call'?"),
        ('call = "f"\nwarmup = 3', ":7: components.app.bench.0.warmup", "unknown key", "did you mean 'warm-up'?"),
        ('call = "f"\nrepeats = 2', ":7: components.app.bench.0.repeats", ">= 3", ""),
        ('call = "f"\nwarm-up = -1', ":7: components.app.bench.0.warm-up", ">= 0", ""),
        ('call = "f"\ntimeout = 0', ":7: components.app.bench.0.timeout", "> 0", ""),
        ('call = "f"\nargs = [{ random = 0 }]', ":7: components.app.bench.0.args.0.random", ">= 1", ""),
        (
            'call = "f"\nargs = [{ zeros = 1, off = "f32" }]',
            ":7: components.app.bench.0.args.0.off",
            "unknown key",
            "of",
        ),
        ('call = "f"\nargs = [{ zeros = 1, of = "f16" }]', ":7: components.app.bench.0.args.0.of", "f16", ""),
        ('call = "f"\nargs = ["text"]', ":7: components.app.bench.0.args.0", "got a string", ""),
        ('name = "x"', ":5: components.app.bench.0", "'call' is missing", ""),
    ],
)
def test_mistakes_of_shape(tmp_path: Path, line: str, place: str, what: str, hint: str) -> None:
    (tmp_path / "forge.toml").write_text(f"{HEAD}{line}\n")
    (tmp_path / "app").mkdir()
    with pytest.raises(ForgeError) as caught:
        load_project(tmp_path)
    problem = next(p for p in caught.value.problems if "'call'" in what or "'call'" not in p.what)
    assert problem.where == f"forge.toml{place}"
    assert what in problem.what
    assert hint in problem.hint
