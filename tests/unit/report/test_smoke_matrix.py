"""The matrix of smoke tests, what is said of runtimes that differ, and the JUnit file."""

from typing import Literal
from xml.etree import ElementTree as Xml

from wasmforge.model.report import Report
from wasmforge.model.smoke import Outcome
from wasmforge.report.final_report import final_report
from wasmforge.report.junit import junit
from wasmforge.report.smoke_matrix import difference_lines, smoke_matrix
from wasmforge.report.style import Line


def outcome(
    runtime: str, status: Literal["passed", "failed", "skipped"] = "passed", answer: str = "returned 5", **more: str
) -> Outcome:
    return Outcome(
        label="sum@wasi/release",
        component="sum",
        target="wasi",
        runtime=runtime,
        test=more.get("test", "add(2, 3)"),
        status=status,
        reason=more.get("reason", ""),
        answer=answer,
        seconds=0.5,
    )


def text(lines: list[Line]) -> list[str]:
    return ["".join(span.text for span in each).rstrip() for each in lines]


def test_a_line_for_each_runtime() -> None:
    outcomes = [outcome("a"), outcome("a", test="other"), outcome("b", "skipped", "", reason="gone")]
    assert text(smoke_matrix(outcomes, 100)) == [
        "component  target  runtime  tests    time  outcome",
        "sum        wasi    a            2   1.0 s  passed",
        "sum        wasi    b            1  500 ms  skipped",
    ]
    assert difference_lines(outcomes) == []


def test_answers_that_differ_are_told_with_who_gave_them() -> None:
    outcomes = [outcome("a"), outcome("b"), outcome("c", "failed", "returned 6", reason="returned 6, expected 5")]
    rows = text(smoke_matrix(outcomes, 100))
    assert rows[1].endswith("passed, differs")
    assert rows[3].endswith("1 of 1 failed, differs")
    assert text(difference_lines(outcomes)) == ["    Differs sum@wasi  add(2, 3)  a, b: returned 5; c: returned 6"]


def test_a_report_of_tests_alone_shows_the_matrix() -> None:
    shown = text(final_report(Report(outcomes=(outcome("a"),), only_smoke=True), 100))
    assert "sum        wasi    a            1  500 ms  passed" in shown


def test_junit() -> None:
    bad = outcome("b", "failed", reason='<said> "\x00"', test="say \x1b")
    root = Xml.fromstring(junit([outcome("a"), bad, outcome("c", "skipped", reason="gone: apt install c")]))  # noqa: S314 - our own
    assert {k: root.attrib[k] for k in ("tests", "failures", "skipped", "time")} == {
        "tests": "3",
        "failures": "1",
        "skipped": "1",
        "time": "1.500",
    }
    (suite,) = root
    assert suite.attrib["name"] == "sum@wasi"
    assert [c.attrib["classname"] for c in suite] == ["sum@wasi.a", "sum@wasi.b", "sum@wasi.c"]
    assert suite[1].attrib["name"] == "say \ufffd"
    assert suite[1][0].attrib["message"] == '<said> "\ufffd"'
    assert suite[2][0].attrib["message"] == "gone: apt install c"
