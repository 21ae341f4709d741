"""The page at the end of a run."""

import msgspec
import pytest

from tests.support.factories.report import COMPILE, artifact, failure, finding, good_report, outcome
from wasmforge.model.report import Report
from wasmforge.report.delivery_rows import feature_summary, unit_of
from wasmforge.report.event_lines import Detail
from wasmforge.report.final_report import final_report
from wasmforge.report.style import ansi
from wasmforge.report.summary import succeeded, summary


def shown(report: Report, width: int = 100, detail: Detail = "normal", *, fold: bool = False) -> list[str]:
    return [ansi(each, color=False) for each in final_report(report, width, detail, fold=fold)]


GOOD = """
component  target  result      size     gzip  features       time  smoke
hello      web     ok         120 B     60 B  mvp           1.2 s  1/1 passed
matmul     web     ok      12.3 KiB  6.1 KiB  lime1 + simd  1.2 s  2/2 passed

2 components, 1 target: built 3 actions, 9 from the store, 2 contracts hold, 3 smoke tests passed in 3.2 s"""


def test_all_well() -> None:
    assert "\n".join(shown(good_report())) == GOOD


def test_quiet_is_one_line() -> None:
    assert shown(good_report(), detail="quiet") == [GOOD.splitlines()[-1]]


def test_the_last_line_folds_only_on_a_terminal() -> None:
    assert shown(good_report(), 80)[-1] == GOOD.splitlines()[-1]
    assert shown(good_report(), 80, fold=True)[-1] == "smoke tests passed in 3.2 s"


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (Report(seconds=0.01), "nothing to do in 10 ms"),
        (Report(artifacts=(artifact(),), executed=1, contracts_held=("a",), outcomes=(outcome(),), seconds=1),
         "1 component, 1 target: built 1 action, 1 contract holds, 1 smoke test passed in 1.0 s"),
        (Report(artifacts=(artifact(),), cached=1, seconds=1),
         "1 component, 1 target: 1 action from the store in 1.0 s"),
        (Report(artifacts=(artifact(),), cached=2, seconds=1),
         "1 component, 1 target: 2 actions from the store in 1.0 s"),
        (Report(failures=(failure(),), skipped=("hello@node/release:link",), seconds=1),
         "2 components, 2 targets: 1 action failed, 1 not built in 1.0 s"),
        (Report(artifacts=(artifact(),), findings=(finding(), finding(), finding("why not")), seconds=1),
         "1 component, 1 target: 1 contract broken, 1 rule waived in 1.0 s"),
        (Report(outcomes=(outcome(), outcome("failed"), outcome("skipped")), seconds=1),
         "1 component, 1 target: 1 smoke test passed, 1 failed, 1 skipped in 1.0 s"),
        (Report(outcomes=(outcome("failed"), outcome("failed")), seconds=1),
         "1 component, 1 target: 2 smoke tests failed in 1.0 s"),
    ],
)  # fmt: skip
def test_grammar(report: Report, line: str) -> None:
    assert summary(report) == line


def test_what_hosts_must_do_is_told_once_behind_the_table() -> None:
    noted = [msgspec.structs.replace(artifact(name), notes=("the site must send headers",)) for name in ("a", "b")]
    lines = shown(Report(artifacts=(*noted, artifact("c")), seconds=1), 100)
    assert [each.split() for each in lines if "headers" in each] == [
        ["Note", "a@web,", "b@web", "the", "site", "must", "send", "headers"]
    ]


def test_what_went_wrong_is_told_once_more_in_short() -> None:
    report = Report(
        artifacts=(artifact("hello"),),
        failures=(failure("note\nsrc/a.cpp:1: error: no\nmore"),),
        findings=(finding("workers are there", "hello"), finding(component="hello")),
        outcomes=(outcome("skipped", component="hello", reason="node is not on this machine"),) * 2,
        skipped=("app@web/release",),
    )
    lines = shown(report, 110)
    assert lines[lines.index("") + 1 :][:3] == [
        "component  target  result         size     gzip  features   time  smoke",
        "app        web     not built",
        "hello      web     broken     12.3 KiB  6.1 KiB  mvp       1.2 s  skipped: node is not on this machine",
    ]
    assert lines[6:-2] == [
        f"     Failed {COMPILE}  exit code 1",
        "            src/a.cpp:1: error: no",
        "     Broken hello@web  features: uses threads, which web does not permit",
        "            at func 12 (run) at src/run.c:10",
        "            hint: drop -pthread",
        "     Waived hello@web  features: uses threads, which web does not permit",
        "            because: workers are there",
        "    Skipped 2 smoke tests  node is not on this machine (hello@web)",
        "    Skipped app@web/release  a dependency was not built",
    ]


def test_what_only_the_end_of_the_build_kept_from_being_built_is_one_line() -> None:
    labels = ("matmul@web/release", "app@web/release", "one@web/release", "two@web/release")
    lines = shown(Report(failures=(failure("error: no"),), skipped=labels, not_started=labels[2:]))
    assert lines[lines.index(f"     Failed {COMPILE}  exit code 1") + 2 : -2] == [
        "    Skipped app@web/release  a dependency was not built",
        "    Stopped at the first failure, with 2 not started; -k also builds what does not depend on a failure",
    ]


def test_names_stay_whole_on_a_narrow_page() -> None:
    name = "very-long-component-name-for-audio"
    used = ("mutable-global", "reference-types", "simd", "threads")
    report = Report(
        artifacts=(artifact(name, size=880000, features=used),),
        outcomes=(outcome("skipped", component=name, reason="no node here"),),
    )
    wide, narrow = shown(report, 160), shown(report, 100)
    assert wide[2].endswith("lime1 + reference-types, simd, threads  1.2 s  skipped: no node here")
    table = narrow[1 : narrow.index("", 1)]
    assert name in table[1]
    assert table[1].endswith("skipped")
    assert all(len(each) <= 100 for each in table)


def test_a_page_that_is_too_narrow_by_little_goes_without_gzip() -> None:
    made = msgspec.structs.replace(
        artifact("mandelbrot", size=880000, features=("mutable-global", "simd")), seconds=140
    )
    lines = shown(Report(artifacts=(made,), outcomes=(outcome(component="mandelbrot"),) * 15), 80)
    assert lines[1] == "component   target  result       size  features            time  smoke"
    assert lines[2] == "mandelbrot  web     ok      859.4 KiB  lime1 + simd  2 min 20 s  15/15 passed"


def test_verbose_tells_every_feature() -> None:
    report = Report(artifacts=(artifact(features=("mutable-global", "simd")),))
    assert "mutable-global, simd" in shown(report, detail="verbose")[2]


@pytest.mark.parametrize(
    ("used", "most", "told"),
    [
        ((), None, "mvp"),
        (("simd",), None, "simd"),
        (("mutable-global",), None, "lime1"),
        (("mutable-global", "simd", "threads"), None, "lime1 + simd, threads"),
        (("mutable-global", "simd", "threads"), 0, "lime1 + 2 more"),
        (("simd",), 0, "1 feature"),
        (("simd", "threads"), 1, "simd + 1 more"),
    ],
)
def test_features_in_few_words(used: tuple[str, ...], most: int | None, told: str) -> None:
    assert feature_summary(used, most) == told


def test_labels() -> None:
    assert unit_of(COMPILE) == ("matmul", "web")
    assert unit_of("matmul@web") == ("matmul", "web")
    assert unit_of("matmul") == ("matmul", "")


def test_well_is_well() -> None:
    good = good_report()
    assert succeeded(good)
    assert succeeded(msgspec.structs.replace(good, findings=(finding("a reason"),)))
    assert succeeded(msgspec.structs.replace(good, outcomes=(outcome("skipped"),)))
    assert not succeeded(msgspec.structs.replace(good, findings=(finding(),)))
    assert not succeeded(msgspec.structs.replace(good, outcomes=(outcome("failed"),)))
    assert not succeeded(msgspec.structs.replace(good, skipped=("a@web/dev:x",)))
    assert not succeeded(msgspec.structs.replace(good, failures=(failure(),)))
