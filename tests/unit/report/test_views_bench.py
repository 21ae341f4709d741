"""Pages about benches: the words that a person looks for, at any width, and where the encoding is poor."""

import msgspec
import pytest

from tests.unit.report.benches import MATMUL, NOBODY, RUN, change
from tests.unit.report.fabricated import Stream
from tests.unit.report.test_views import shown
from wasmforge.model.bench import Benched
from wasmforge.report.ink import cells
from wasmforge.report.paper import Paper
from wasmforge.report.status import ERASE, Status
from wasmforge.report.views.bench import show_benched, show_changes

MATMUL_PAGE = """\
matmul  64 by 64, 11 rounds
  code        engine           per call     spread  times native
  native      zig cc baseline   1.00 ms   ± 100 µs  1
  wasm simd   wasmtime 50.0.1   1.25 ms   ± 125 µs  1.25 (1.22 to 1.27)
  wasm simd   node 20.1.0       1.50 ms   ± 150 µs  1.50 (1.40 to 1.60)
  wasm base   node 20.1.0       4.00 ms   ± 400 µs  4.00 (3.90 to 4.10)
  javascript  node 20.1.0       12.3 ms  ± 1.23 ms  12.30 (12.00 to 12.60)
  quickest: native in zig cc baseline; wasm simd in wasmtime 50.0.1 takes 1.25 (1.22 to 1.27) times as long

A & B, 2 processors"""


def run(*tables: str) -> Benched:
    """The run with these tables alone."""
    return Benched(machine=RUN.machine, date=RUN.date, tables=tuple(t for t in RUN.tables if t.component in tables))


def test_a_table() -> None:
    assert "\n".join(shown(lambda p: show_benched(run("matmul"), p), width=120)) == MATMUL_PAGE


def test_who_is_absent_and_why() -> None:
    lines = shown(lambda p: show_benched(run("sha"), p))
    assert "  Failed javascript in node 20.1.0: TypeError: x is not a function" in lines
    assert "Left out wasm, wasm simd in wasmedge: is not installed" in lines
    assert "         to time it: wasmforge doctor" in lines


def test_an_overview_only_of_several() -> None:
    assert not [line for line in shown(lambda p: show_benched(run("matmul"), p)) if line.startswith("bench ")]
    lines = shown(lambda p: show_benched(RUN, p), width=140)
    (head,) = [line for line in lines if line.startswith("bench ")]
    assert head.split()[1:3] == ["javascript", "wasm"]
    assert "each in its quickest engine; in parentheses, times as long as the reference" in lines


def test_few_rounds_say_that_nothing_is_sure() -> None:
    few = msgspec.structs.replace(MATMUL, rounds=5)
    lines = shown(lambda p: show_benched(Benched(machine="m", date="", tables=(few,)), p))
    assert "  no winner: fewer than 6 rounds tell nothing surely" in lines


def test_nobody() -> None:
    lines = shown(lambda p: show_benched(Benched(machine="m", date="", tables=(NOBODY,)), p))
    assert lines == ["gone  gone, 3 rounds", "", "m"]


def test_where_the_encoding_is_poor() -> None:
    text = "\n".join(shown(lambda p: show_benched(RUN, p), encoding="ascii"))
    assert text.isascii()
    assert "\\x" not in text
    assert "\\u" not in text
    for said in ("+- 100 us", "~ 0.98 (0.90 to 1.10)"):
        assert said in text


@pytest.mark.parametrize("width", [80, 100])
def test_tables_fit_a_terminal(width: int) -> None:
    for line in shown(lambda p: show_benched(RUN, p), width=width):
        assert cells(line) <= width, line


def test_changes() -> None:
    found = [
        change(1.02),
        change(0.5, better=True),
        change(1.3, worse=True),
        change(1.05, worse=True),
    ]
    assert shown(lambda p: show_changes(found, 0.1, p)) == [
        "slower  matmul: 64 by 64, wasm in node 20.1.0  1.30 times as long (0.65 to 2.60)",
        "slower  matmul: 64 by 64, wasm in node 20.1.0  1.05 times as long (0.53 to 2.10)",
        "faster  matmul: 64 by 64, wasm in node 20.1.0  0.50 times as long (0.25 to 1.00)",
        "4 contestants in both runs, 1 not surely changed",
    ]


def test_only_what_is_slower_by_more_is_red() -> None:
    stream = Stream()
    show_changes([change(1.3, worse=True), change(1.05, worse=True)], 0.1, Paper(stream, color=True))
    assert [line.split("slower")[0] for line in stream.text.splitlines()[:2]] == ["\x1b[1;31m", "\x1b[1;33m"]


def test_bare_times_are_told_as_such() -> None:
    lines = shown(lambda p: show_changes([change(1.3, worse=True, absolute=True)], 0.1, p))
    assert lines[-1] == "without a reference in common, bare times were compared"
    assert shown(lambda p: show_changes([], 0.1, p)) == ["0 contestants in both runs, 0 not surely changed"]


def test_the_status_is_gone_afterwards() -> None:
    stream = Stream(tty=True)
    status = Status(stream)
    status("round 1")
    status.close()
    assert stream.text == f"{ERASE}round 1{ERASE}"


@pytest.mark.parametrize(("stream", "quiet"), [(Stream(), False), (Stream(tty=True), True)])
def test_no_status_where_nobody_looks(stream: Stream, quiet: bool) -> None:
    status = Status(stream, quiet=quiet)
    status("round 1")
    status.close()
    assert stream.text == ""


def test_the_matmul_table_is_that_of_the_run() -> None:
    assert run("matmul").tables == (MATMUL,)
