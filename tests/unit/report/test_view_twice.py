"""The page of `verify`: what differs, where, and since when."""

from tests.unit.report.test_views import shown
from wasmforge.model.artifact import Failure
from wasmforge.model.twice import Differing, Spot, Twice, Unequal
from wasmforge.report.views.twice import place, show_twice

SPOT = Spot(offset=0x1F3, sizes=(4120, 4121), section="section code", function="main")

CAUSE = Unequal(action="a@web/release:compile", output="a.o", spot=Spot(offset=8, sizes=(9, 9)))


def test_a_place_is_told_from_the_outside_in() -> None:
    assert place(SPOT) == "section code, function main, from byte 0x1f3 (4120 and 4121 bytes)"
    inside = Spot(offset=0, sizes=(1, 1), member="lib/x.o")
    assert place(inside) == "lib/x.o, from byte 0x0 (both 1 bytes)"


def test_what_differs_is_told_with_its_cause() -> None:
    twice = Twice(
        same=("b@web/release",),
        differing=(Differing(label="a@web/release", file="a.wasm", spot=SPOT, cause=CAUSE),),
        inner=(Unequal(action="b@web/release:compile", output="b.o", spot=CAUSE.spot),),
        seconds=3,
    )
    page = shown(lambda paper: show_twice(twice, paper), width=200)
    assert page[0].startswith("differs  a@web/release  a.wasm: section code, function main")
    assert page[1] == "  first in a@web/release:compile: a.o, from byte 0x8 (both 9 bytes)"
    assert "b@web/release:compile: b.o" in page[3]
    assert page[-1] == "built 2 artifacts twice: 1 the same, 1 differs, 3.0 s"


def test_what_is_the_same_takes_one_line() -> None:
    page = shown(lambda paper: show_twice(Twice(same=("a@web/release",), seconds=1), paper))
    assert page == ["built 1 artifact twice: all the same, 1.0 s"]


def test_what_failed_cannot_be_compared() -> None:
    failed = Twice(failures=(Failure(label="a", reason="exit code 1"),), seconds=1)
    assert shown(lambda paper: show_twice(failed, paper)) == ["not compared: 1 action failed, 1.0 s"]
