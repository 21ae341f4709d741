"""Two runs of one plan compared: what differs, which action brought it about, and where."""

from pathlib import Path

import msgspec

from tests.support.factories.runner import Room, action, plan
from tests.unit.delivery.test_deliver import delivery
from wasmforge.app.verify_compare import Run, compare_runs
from wasmforge.model.plan import Delivery, Plan, PlannedFile
from wasmforge.model.reproducibility import VerifyResult
from wasmforge.store.folder_tar import pack
from wasmforge.store.store import ActionResult, Blob

CHAIN = plan(
    action("a", sources={"a.c": "1"}), action("b", needs=("a",)), action("c", needs=("b",)), action("d", needs=("a",))
)


def delivering(label: str, made: str) -> Delivery:
    """A delivery of what one action gives."""
    files = (PlannedFile(role="module", name="x", action=made, output=f"{made}.out"),)
    return msgspec.structs.replace(delivery(), label=label, files=files)


PLAN = msgspec.structs.replace(CHAIN, deliveries=(delivering("c@t/dev", "c"), delivering("d@t/dev", "d")))


def ran(folder: Path, **gives: bytes) -> Run:
    """A run in which some actions give other bytes than their name."""
    room = Room(folder)
    for label in PLAN.actions:
        room.executor.does[label] = lambda done, _: gives.get(done.label, done.label.encode())
    return room.run(PLAN).entries, room.store


def compared(tmp_path: Path, **gives: bytes) -> VerifyResult:
    """One run as it should be, and one with these."""
    return compare_runs(PLAN, ran(tmp_path / "one"), ran(tmp_path / "other", **gives))


def test_runs_that_are_equal(tmp_path: Path) -> None:
    assert compared(tmp_path) == VerifyResult(same=("c@t/dev", "d@t/dev"))


def test_the_action_that_differs_first_is_named_not_those_behind_it(tmp_path: Path) -> None:
    found = compared(tmp_path, a=b"A", b=b"bX", c=b"cX")
    assert found.same == ("d@t/dev",)
    (one,) = found.differing
    assert (one.label, one.file, one.spot.offset, one.spot.sizes) == ("c@t/dev", "x", 1, (1, 2))
    assert (one.cause.action, one.cause.output, one.cause.spot.offset, one.cause.first) == ("a", "a.out", 0, True)
    assert found.inner == ()


def test_what_no_delivery_shows_is_told_apart(tmp_path: Path) -> None:
    found = compared(tmp_path, a=b"A")
    assert (found.same, found.differing) == (("c@t/dev", "d@t/dev"), ())
    assert [u.action for u in found.inner] == ["a"]


def kept(folder: Path, blob: dict[str, bytes] | None = None, *, executable: bool = False) -> tuple[Plan, Run]:
    """A plan of one action, and a run that gave this folder, or a file."""
    room = Room(folder)
    for name, data in (blob or {}).items():
        (folder / "f" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "f" / name).write_bytes(data)
    made: Blob = (
        room.store.put_streamed(lambda to: pack(folder / "f", to), folder=True)
        if blob
        else room.store.put(b"x", executable=executable)
    )
    one = plan(action("a"))
    return one, ({"a": ActionResult(outputs={"a.out": made})}, room.store)


def test_the_file_of_a_folder_is_named(tmp_path: Path) -> None:
    one, before = kept(tmp_path / "one", {"x/same": b"1", "x/y": b"one"})
    _, after = kept(tmp_path / "other", {"x/same": b"1", "x/y": b"ons", "x/z": b"more"})
    (found,) = compare_runs(one, before, after).inner
    assert (found.spot.member, found.spot.offset) == ("x/y", 2)


def test_a_file_that_may_be_run_is_another(tmp_path: Path) -> None:
    one, before = kept(tmp_path / "one")
    _, after = kept(tmp_path / "other", executable=True)
    (found,) = compare_runs(one, before, after).inner
    assert found.spot.section == "permission to be run"
