"""Pages about benches: the words that a person looks for, at any width, and where the encoding is poor."""

import msgspec
import pytest

from tests.support.factories.bench_results import MATMUL, NOBODY, RUN, change
from tests.support.factories.report import Stream
from tests.unit.report.views.test_views import shown
from wasmforge.model.bench import BenchRun
from wasmforge.report.output import ERASE_LINE, Output, StatusLine
from wasmforge.report.style import display_width
from wasmforge.report.views.bench import show_bench, show_changes

MATMUL_PAGE = """\
matmul  64 by 64, 11 rounds
  code        engine           per call     spread  times native
  native      zig cc baseline   1.00 ms   ± 100 µs  1
  wasm simd   wasmtime 50.0.1   1.25 ms   ± 125 µs  1.25 (1.22 to 1.27)
  wasm simd   node 20.1.0       1.50 ms   ± 150 µs  1.50 (1.40 to 1.60)
  wasm base   node 20.1.0       4.00 ms   ± 400 µs  4.00 (3.90 to 4.10)
  javascript  node 20.1.0       12.3 ms  ± 1.23 ms  12.30 (12.00 to 12.60)
  fastest: native in zig cc baseline; wasm simd in wasmtime 50.0.1 takes 1.25 (1.22 to 1.27) times as long

A & B, 2 processors"""


def run(*tables: str) -> BenchRun:
    """The run with these tables alone."""
    return BenchRun(machine=RUN.machine, date=RUN.date, results=tuple(t for t in RUN.results if t.component in tables))


def test_a_table() -> None:
    assert "\n".join(shown(lambda p: show_bench(run("matmul"), p), width=120)) == MATMUL_PAGE


def test_who_is_absent_and_why() -> None:
    lines = shown(lambda p: show_bench(run("sha"), p))
    assert "  Failed javascript in node 20.1.0: TypeError: x is not a function" in lines
    assert "Left out wasm, wasm simd in wasmedge: is not installed" in lines
    assert "         to time it: wasmforge doctor" in lines


def test_an_overview_only_of_several() -> None:
    assert not [line for line in shown(lambda p: show_bench(run("matmul"), p)) if line.startswith("bench ")]
    lines = shown(lambda p: show_bench(RUN, p), width=140)
    (head,) = [line for line in lines if line.startswith("bench ")]
    assert head.split()[1:3] == ["javascript", "wasm"]
    assert "each in its fastest engine; in parentheses, times as long as the reference" in lines


def test_few_rounds_say_that_nothing_is_sure() -> None:
    few = msgspec.structs.replace(MATMUL, rounds=5)
    lines = shown(lambda p: show_bench(BenchRun(machine="m", date="", results=(few,)), p))
    assert "  no winner: fewer than 6 rounds are not enough to tell" in lines


def test_nobody() -> None:
    lines = shown(lambda p: show_bench(BenchRun(machine="m", date="", results=(NOBODY,)), p))
    assert lines == ["gone  gone, 3 rounds", "", "m"]


def test_where_the_encoding_is_poor() -> None:
    text = "\n".join(shown(lambda p: show_bench(RUN, p), encoding="ascii"))
    assert text.isascii()
    assert "\\x" not in text
    assert "\\u" not in text
    for said in ("+- 100 us", "~ 0.98 (0.90 to 1.10)"):
        assert said in text


@pytest.mark.parametrize("width", [80, 100])
def test_tables_fit_a_terminal(width: int) -> None:
    for line in shown(lambda p: show_bench(RUN, p), width=width):
        assert display_width(line) <= width, line


def test_changes() -> None:
    found = [
        change(1.02),
        change(0.5, faster=True),
        change(1.3, slower=True),
        change(1.05, slower=True),
    ]
    assert shown(lambda p: show_changes(found, 0.1, p)) == [
        "slower  matmul: 64 by 64, wasm in node 20.1.0  1.30 times as long (0.65 to 2.60)",
        "slower  matmul: 64 by 64, wasm in node 20.1.0  1.05 times as long (0.53 to 2.10)",
        "faster  matmul: 64 by 64, wasm in node 20.1.0  0.50 times as long (0.25 to 1.00)",
        "4 participants in both runs, 1 without a certain change",
    ]


def test_only_what_is_slower_by_more_is_red() -> None:
    stream = Stream()
    show_changes([change(1.3, slower=True), change(1.05, slower=True)], 0.1, Output(stream, color=True))
    assert [line.split("slower")[0] for line in stream.text.splitlines()[:2]] == ["\x1b[1;31m", "\x1b[1;33m"]


def test_bare_times_are_told_as_such() -> None:
    lines = shown(lambda p: show_changes([change(1.3, slower=True, absolute=True)], 0.1, p))
    assert lines[-1] == "the runs have no common reference, so times were compared"
    assert shown(lambda p: show_changes([], 0.1, p)) == ["0 participants in both runs, 0 without a certain change"]


def test_the_status_is_gone_afterwards() -> None:
    stream = Stream(tty=True)
    status = StatusLine(stream)
    status.show("round 1")
    status.close()
    assert stream.text == f"{ERASE_LINE}round 1{ERASE_LINE}"


@pytest.mark.parametrize(("stream", "quiet"), [(Stream(), False), (Stream(tty=True), True)])
def test_no_status_where_nobody_looks(stream: Stream, quiet: bool) -> None:
    status = StatusLine(stream, quiet=quiet)
    status.show("round 1")
    status.close()
    assert stream.text == ""


def test_the_matmul_table_is_that_of_the_run() -> None:
    assert run("matmul").results == (MATMUL,)
