"""Roles that a target delivers only where something made them, and what follows from native code being there."""

import msgspec
import pytest

from tests.support.factories.plan import catalog, component, manifest, plan, recipe, target
from wasmforge.model.plan import Delivery
from wasmforge.model.recipe import Option, Step
from wasmforge.model.target import Target

COMPILER = msgspec.structs.replace(
    recipe("native"),
    languages={},
    sources={},
    options={"aot": Option(kind="flag", default=False, on=("",))},
    steps=(
        Step(
            name="native",
            each="{options.aot}",
            run=("tool", "{given.module}"),
            outputs={"aot": "{given.module.stem}.native"},
        ),
    ),
)
AIM: Target = msgspec.structs.replace(
    target("wasi"),
    passes=("native",),
    may_deliver=("aot",),
    aot=("wamr 6",),
    run="run {folder}/{name}.wasm",
    run_aot="run {folder}/{name}.native",
    runtimes=("wasmtime", "wasmtime-aot"),
)


def delivered(aim: Target = AIM, **options: bool) -> Delivery:
    known = catalog(passes=(COMPILER,), targets=(aim,))
    made = plan(manifest(app=component(targets=("wasi",), options=options)), known)
    return made.deliveries[0]


def test_it_is_delivered_where_it_was_made() -> None:
    assert [p.role for p in delivered().files] == ["module"]
    assert [p.role for p in delivered(aot=True).files] == ["module", "aot"]
    assert delivered(aot=True).files[1].name.endswith(".native")


def test_native_code_is_what_one_starts_and_runs() -> None:
    without, with_it = delivered(), delivered(aot=True)
    assert (without.runtimes, with_it.runtimes) == (("wasmtime",), ("wasmtime", "wasmtime-aot"))
    assert without.run.endswith("app.wasm")
    assert with_it.run.endswith("app.native")
    assert with_it.contract.aot == ("wamr 6",)


@pytest.mark.parametrize("aot", [True, False])
def test_its_place_may_be_laid_out(aot: bool) -> None:
    declared = delivered(msgspec.structs.replace(AIM, layout={"aot": "native/{name}"}), aot=aot)
    assert [p.name for p in declared.files if p.role == "aot"] == (["native/app"] if aot else [])
