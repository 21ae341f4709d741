"""A run of benches as files: what is written can be read again, whatever the names are."""

import csv
import io
import xml.etree.ElementTree as ElementTree

import pytest

from tests.support.factories.bench_results import MATMUL, NOBODY, ODD, RUN
from wasmforge.model.bench import BenchRun
from wasmforge.report.bench.cells import format_ratio, format_seconds, overview, verdict
from wasmforge.report.bench.files import CSV_HEADER, FORMATS, as_csv, as_html, as_markdown
from wasmforge.report.bench.svg import BARS_WIDTH_PX, LABELS_WIDTH_PX, WASM_COLOR, svg

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (2.0, "2.00 s"),
        (61.25, "61.2 s"),
        (1234.5, "1234 s"),
        (0.9994, "999 ms"),
        (0.9996, "1.00 s"),
        (0.0456, "45.6 ms"),
        (0.00999, "9.99 ms"),
        (0.009996, "10.0 ms"),
        (0.000789, "789 µs"),
        (1.23e-8, "12.3 ns"),
        (9.99951e-7, "1.00 µs"),
        (0.0, "0.00 ns"),
    ],
)
def test_spans_have_three_digits(seconds: float, text: str) -> None:
    assert format_seconds(seconds) == text


def test_ratios() -> None:
    assert format_ratio(None) == "1"
    assert format_ratio(MATMUL.measurements[1].ratio) == "1.25 (1.22 to 1.27)"
    assert format_ratio(ODD.measurements[0].ratio) == "≈ 0.98 (0.90 to 1.10)"


def test_verdicts() -> None:
    said = verdict(MATMUL)
    assert said == (
        "fastest: native in zig cc baseline; wasm simd in wasmtime 50.0.1 takes 1.25 (1.22 to 1.27) times as long"
    )
    said = verdict(ODD)
    assert said.startswith("no winner: native in zig cc baseline takes 0.90 to 1.10 times as long as wasm sha-rs")
    assert [verdict(t) for t in RUN.results[2:]] == ["", ""]


def test_the_overview_has_a_column_per_code_in_its_fastest_engine() -> None:
    heads, rows = overview(RUN.results)
    expected = ("bench", "javascript", "wasm base", "wasm", "wasm simd", "wasm threads", "native", "native-cpu")
    assert heads == expected
    cells = [dict(zip(heads, row, strict=True)) for row in rows]
    assert cells[0]["wasm simd"] == "1.25 ms (1.25x)"
    assert (cells[0]["native"], cells[0]["native-cpu"]) == ("1.00 ms", "")
    assert cells[1]["wasm threads"] == "1.50 s (0.98x)"
    assert len(cells) == 3  # nobody was timed in the fourth


def test_csv_is_read_again() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(RUN))))
    assert len(rows) == sum(len(t.measurements) for t in RUN.results)
    assert tuple(rows[0]) == CSV_HEADER
    assert {r["bench"] for r in rows} == {"64 by 64", '<&> | "x"', "fill"}
    assert (float(rows[1]["seconds"]), float(rows[1]["ratio"]), rows[1]["significant"]) == (0.00125, 1.25, "True")
    assert (rows[0]["ratio"], rows[0]["low"], rows[0]["significant"]) == ("", "", "")


def test_markdown_is_tables_whose_names_stay_in_their_cells() -> None:
    lines = as_markdown(RUN).splitlines()
    assert lines[0] == "A & B, 2 processors; 2026-01-02"
    rows = [line.replace("\\|", "") for line in lines if line.startswith("|")]
    assert {row.count("|") for row in rows} == {9, 6}
    assert "**matmul: 64 by 64**, 11 rounds" in lines
    assert "| wasm simd | wasmtime 50.0.1 | 1.25 ms | ± 125 µs | 1.25 (1.22 to 1.27) |" in lines
    assert any(line.startswith("no winner: ") and line.endswith(".") for line in lines)
    assert "times native" in as_markdown(RUN)


def bars(text: str) -> dict[str, list[ElementTree.Element]]:
    """The elements of a picture by tag; it must be well-formed."""
    found: dict[str, list[ElementTree.Element]] = {}
    for element in ElementTree.fromstring(text).iter():  # noqa: S314 - our own
        found.setdefault(element.tag.removeprefix(SVG), []).append(element)
    return found


def test_the_picture_is_well_formed_and_holds_every_name() -> None:
    found = bars(svg(RUN))
    texts = [t.text or "" for t in found["text"]]
    for said in ('sha: <&> | "x"', "wasm simd, node 20.1.0", "1.25 ms, 1.25x", "1.50 s, ≈ 0.98x", "20.0 ns"):
        assert said in texts
    assert texts[-1] == "A & B, 2 processors; 2026-01-02"


def test_bars_are_as_long_as_their_times() -> None:
    found = bars(svg(BenchRun(machine="m", date="2026-01-02", results=(MATMUL,))))
    widths = [float(r.get("width", "")) for r in found["rect"]]
    assert max(widths) == BARS_WIDTH_PX
    assert widths[0] / widths[-1] == pytest.approx(0.001 / 0.0123, rel=0.01)
    colors = [r.get("fill") for r in found["rect"]]
    assert [c == WASM_COLOR for c in colors] == [False, True, True, True, False]
    assert all(int(r.get("x", "")) == LABELS_WIDTH_PX for r in found["rect"])
    (page,) = found["svg"]
    assert all(float(r.get("y", "")) < int(page.get("height", "")) for r in found["rect"])


def test_a_picture_brings_the_background_of_its_text() -> None:
    light, dark = svg(RUN).split("@media(prefers-color-scheme:dark)")
    assert all("svg{background:" in each and "text{" in each for each in (light, dark.partition("</style>")[0]))


def test_pictures_of_nothing() -> None:
    found = bars(svg(BenchRun(machine="m", date="2026-01-02", results=(NOBODY,))))
    assert "rect" not in found
    assert bars(svg(BenchRun(machine="m", date="2026-01-02", results=())))["text"]


def test_a_page_holds_the_picture() -> None:
    page = as_html(RUN)
    assert page.startswith("<!doctype html>\n")
    assert "svg{max-width:100%" in page, "it fits a narrow window"
    assert "color-scheme:light dark" in page, "what the picture writes on has the picture's scheme"
    assert svg(RUN) in page


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_takes_a_run_without_tables(suffix: str) -> None:
    assert FORMATS[suffix](BenchRun(machine="m", date="2026-01-02T03:04:05Z", results=())).endswith("\n")
