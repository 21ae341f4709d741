"""Benchmark results as bars in SVG: one block per benchmark, one bar per participant. Pure."""

from xml.sax.saxutils import escape

from wasmforge.model.bench import BenchResult, BenchRun, Measurement
from wasmforge.report.bench.cells import format_seconds

WIDTH_PX = 860

LABELS_WIDTH_PX = 300

BARS_WIDTH_PX = 400
"""The width of the longest bar."""

ROW_HEIGHT_PX = 22

HEAD_HEIGHT_PX = 34

COLORS = {"native": "#4a5568", "native-cpu": "#718096", "javascript": "#d69e2e"}
"""By code; everything else is WebAssembly."""

WASM_COLOR = "#654ff0"

STYLE = (
    "<style>svg{background:#fff}text{font:13px system-ui,sans-serif;fill:#1a202c}.head{font-weight:600}"
    ".quiet{fill:#4a5568}"
    "@media(prefers-color-scheme:dark){svg{background:#1a202c}text{fill:#e2e8f0}.quiet{fill:#a0aec0}}</style>"
)
"""The picture has a background of its own: a page around it may stay white where the reader prefers dark."""


def svg(run: BenchRun) -> str:
    """The picture as one file that needs no other."""
    parts: list[str] = []
    top = 8
    for result in run.results:
        parts += _block(result, top)
        top += HEAD_HEIGHT_PX + ROW_HEIGHT_PX * len(result.measurements) + 14
    parts.append(_text(8, top + 12, f"{run.machine}; {run.date[:10]}", "quiet"))
    size = f'width="{WIDTH_PX}" height="{top + 24}" viewBox="0 0 {WIDTH_PX} {top + 24}"'
    content = "\n".join((STYLE, *parts))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="wasmforge bench" {size}>'
    return f"{head}\n{content}\n</svg>\n"


def _block(result: BenchResult, top: int) -> list[str]:
    longest = max((m.median for m in result.measurements), default=1.0)
    parts = [_text(8, top + 18, f"{result.component}: {result.name}", "head")]
    for index, measurement in enumerate(result.measurements):
        parts += _bar(measurement, top + HEAD_HEIGHT_PX + ROW_HEIGHT_PX * index, longest)
    return parts


def _bar(measurement: Measurement, top: int, longest: float) -> list[str]:
    ratio = measurement.ratio
    width = max(1.0, BARS_WIDTH_PX * measurement.median / longest)
    times = "" if ratio is None else f", {'' if ratio.significant else '≈ '}{ratio.times:.2f}x"
    color = COLORS.get(measurement.code, WASM_COLOR)
    size = f'width="{width:.1f}" height="{ROW_HEIGHT_PX - 7}"'
    return [
        _text(16, top + 13, f"{measurement.code}, {measurement.engine}"),
        f'<rect x="{LABELS_WIDTH_PX}" y="{top + 2}" {size} rx="2" fill="{color}"/>',
        _text(LABELS_WIDTH_PX + round(width) + 8, top + 13, f"{format_seconds(measurement.median)}{times}", "quiet"),
    ]


def _text(x: int, y: int, text: str, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}"{attribute}>{escape(text)}</text>'
