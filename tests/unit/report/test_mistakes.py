"""Each mistake is told once, with where else it was met."""

import msgspec

from tests.support.factories.report import Stream, artifact, failure, finding, outcome
from wasmforge.model.events import ActionFailed, BuildStarted
from wasmforge.model.report import Failure, Report
from wasmforge.report.event_lines import Detail
from wasmforge.report.final_report import final_report
from wasmforge.report.mistakes import elsewhere
from wasmforge.report.output import Output
from wasmforge.report.plain import PlainReporter
from wasmforge.report.style import Span, ansi, folded


def shown(report: Report, width: int = 100, *, fold: bool = False) -> list[str]:
    return [ansi(each, color=False) for each in final_report(report, width, fold=fold)]


def missing(unit: str, target: str = "web") -> Failure:
    failed = failure(f"{unit}:3:10: fatal error: 'config.h' file not found", f"lua@{target}/release:compile-c[{unit}]")
    return msgspec.structs.replace(failed, hint="where is it?\nor that?")


def test_a_mistake_is_told_once_with_its_hint_and_where_else_it_was_met() -> None:
    failures = tuple(missing(f"{name}.c", target) for target in ("web", "wasi") for name in ("a", "b", "c"))
    lines = shown(Report(failures=(*failures, failure("error: other"))))
    at = lines.index("     Failed lua@web/release:compile-c[a.c]  exit code 1")
    assert lines[at : at + 7] == [
        "     Failed lua@web/release:compile-c[a.c]  exit code 1",
        "            a.c:3:10: fatal error: 'config.h' file not found",
        "            hint: where is it?",
        "            hint: or that?",
        "            the same in 2 more units for web, wasi",
        "     Failed matmul@web/release:compile[src/matmul.cpp]  exit code 1",
        "            error: other",
    ]


def test_outputs_without_an_error_are_one_mistake_only_where_they_are_equal() -> None:
    lines = shown(Report(failures=(failure("killed", "a@web:x"), failure("killed", "b@web:x"), failure("", "c@web:x"))))
    assert [each for each in lines if "Failed" in each or "same" in each] == [
        "     Failed a@web:x  exit code 1",
        "            the same in 1 more unit of 2 components",
        "     Failed c@web:x  exit code 1",
    ]


def test_a_rule_and_a_test_are_told_once_for_all_targets_and_runtimes() -> None:
    node = msgspec.structs.replace(outcome("failed", reason="returned 1"), hint="return 2", component="matmul")
    wasmtime = msgspec.structs.replace(node, runtime="wasmtime", target="wasi")
    findings = (finding(), msgspec.structs.replace(finding(), target="wasi", what="uses threads, which wasi forbids"))
    lines = shown(Report(artifacts=(artifact(),), findings=findings, outcomes=(node, wasmtime)))
    at = lines.index("     Broken matmul@web  features: uses threads, which web does not permit")
    assert lines[at + 3 : at + 7] == [
        "            the same for web, wasi",
        "     Failed matmul@web  identity in node, wasmtime: returned 1",
        "            hint: return 2",
        "            the same for web, wasi",
    ]


def test_one_label_is_nowhere_else() -> None:
    assert elsewhere(["a@web/release:link"]) == ""
    assert elsewhere(["a@web/release:link", "a@web/release:link"]) == ""


def streamed(detail: Detail) -> list[str]:
    stream = Stream()
    reporter = PlainReporter(Output(stream), detail)
    for event in (
        ActionFailed(failure=missing("a.c")),
        ActionFailed(failure=missing("b.c")),
        ActionFailed(failure=failure("error: other")),
        BuildStarted(actions=0, tools={}, workers=1),
        ActionFailed(failure=missing("b.c")),
    ):
        reporter.emit(event)
    return [text.split()[1] for text in stream.text.splitlines() if "Failed" in text]


def test_while_a_build_runs_a_mistake_is_told_once_and_again_by_the_next_build() -> None:
    a, b, other = (
        "lua@web/release:compile-c[a.c]",
        "lua@web/release:compile-c[b.c]",
        "matmul@web/release:compile[src/matmul.cpp]",
    )
    assert streamed("normal") == [a, other, b]
    assert streamed("verbose") == [a, b, other, b]


def test_hints_are_folded_between_words_on_a_terminal_and_a_tools_output_is_not() -> None:
    hint = (Span("    "), Span("hint: one two three four", "hint"))
    output = (Span("    "), Span("one two three four five six seven", "tool"))
    assert [ansi(each, color=False) for each in folded([hint, output], 16, 4)] == [
        "    hint: one",
        "    two three",
        "    four",
        "    one two three four five six seven",
    ]
    long = shown(Report(failures=(msgspec.structs.replace(failure(), hint="word " * 30),)), 60, fold=True)
    assert all(len(text) <= 60 for text in long if "word" in text)
    assert sum("word" in text for text in long) > 2
