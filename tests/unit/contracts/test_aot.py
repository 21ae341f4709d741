"""Native code beside the module: of a format that the target's runtimes load, and told apart from anything else."""

import pytest

from tests.support import wasm_bytes as a
from tests.support.factories.contracts import GOOD, VALID, delivery
from wasmforge.contracts import check_rules
from wasmforge.model.manifest import Waiver
from wasmforge.wasm import read

MODULE = read(a.library(**GOOD))
SIZES = {"size": 100, "gzip": 100}
WAIVER = Waiver(rule="aot", because="the device has the older runtime")


@pytest.mark.parametrize("loaded", ["wamr 6", "wamr"])
def test_the_format_that_the_target_names(loaded: str) -> None:
    one = delivery(aot=("wasmedge", loaded))
    assert check_rules(one, MODULE, VALID, SIZES, {"app.aot": "wamr 6 for x86_64"}) == ()


@pytest.mark.parametrize("told", ["wamr 5 for x86_64", "wamr 60 for x86_64", "wasmtime 6 for x86_64", ""])
def test_any_other(told: str) -> None:
    found = check_rules(delivery(aot=("wamr 6",)), MODULE, VALID, SIZES, {"app.aot": told})
    assert [(f.rule, f.item, f.waived) for f in found] == [("aot", "app.aot", "")]
    assert told in found[0].what
    waived = check_rules(delivery(WAIVER, aot=("wamr 6",)), MODULE, VALID, SIZES, {"app.aot": told})
    assert [f.waived for f in waived] == [WAIVER.because]
