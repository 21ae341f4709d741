"""The page of `verify`: what differs, where, and since when."""

from tests.unit.report.views.test_views import shown
from wasmforge.model.report import Failure
from wasmforge.model.reproducibility import DifferingFile, DifferingOutput, FirstDifference, VerifyResult
from wasmforge.report.views.verify import difference_text, show_verify

SPOT = FirstDifference(offset=0x1F3, sizes=(4120, 4121), section="section code", function="main")

CAUSE = DifferingOutput(action="a@web/release:compile", output="a.o", spot=FirstDifference(offset=8, sizes=(9, 9)))


def test_a_place_is_told_from_the_outside_in() -> None:
    assert difference_text(SPOT) == "section code, function main, from byte 0x1f3 (4120 and 4121 bytes)"
    inside = FirstDifference(offset=0, sizes=(1, 1), member="lib/x.o")
    assert difference_text(inside) == "lib/x.o, from byte 0x0 (both 1 bytes)"


def test_what_differs_is_told_with_its_cause() -> None:
    twice = VerifyResult(
        same=("b@web/release",),
        differing=(DifferingFile(label="a@web/release", file="a.wasm", spot=SPOT, cause=CAUSE),),
        inner=(DifferingOutput(action="b@web/release:compile", output="b.o", spot=CAUSE.spot),),
        seconds=3,
    )
    page = shown(lambda out: show_verify(twice, out), width=200)
    assert page[0].startswith("differs  a@web/release  a.wasm: section code, function main")
    assert page[1] == "  first in a@web/release:compile: a.o, from byte 0x8 (both 9 bytes)"
    assert "b@web/release:compile: b.o" in page[3]
    assert page[-1] == "built 2 artifacts twice: 1 the same, 1 differs, 3.0 s"


def test_what_is_the_same_takes_one_line() -> None:
    page = shown(lambda out: show_verify(VerifyResult(same=("a@web/release",), seconds=1), out))
    assert page == ["built 1 artifact twice: all the same, 1.0 s"]


def test_what_failed_cannot_be_compared() -> None:
    failed = VerifyResult(failures=(Failure(label="a", reason="exit code 1"),), seconds=1)
    assert shown(lambda out: show_verify(failed, out)) == ["not compared: 1 action failed, 1.0 s"]
