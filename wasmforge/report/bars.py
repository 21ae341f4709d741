"""A run of benches as bars in SVG: one block per bench, one bar per contestant; pure."""

from xml.sax.saxutils import escape

from wasmforge.model.bench import Benched, Entry, Table
from wasmforge.report.bench_cells import span

WIDTH = 860
LEFT = 300
"""Pixels for the names."""

ROOM = 400
"""Pixels of the longest bar."""

ROW = 22
HEAD = 34

COLORS = {"native": "#4a5568", "native-cpu": "#718096", "javascript": "#d69e2e"}
"""By code; everything else is WebAssembly."""

WASM = "#654ff0"

STYLE = (
    "<style>svg{background:#fff}text{font:13px system-ui,sans-serif;fill:#1a202c}.head{font-weight:600}"
    ".quiet{fill:#4a5568}"
    "@media(prefers-color-scheme:dark){svg{background:#1a202c}text{fill:#e2e8f0}.quiet{fill:#a0aec0}}</style>"
)
"""It brings its own background: a page that it is shown on may stay white where the reader prefers dark."""


def svg(benched: Benched) -> str:
    """The picture; it needs nothing beside it."""
    parts: list[str] = []
    top = 8
    for table in benched.tables:
        parts += _block(table, top)
        top += HEAD + ROW * len(table.entries) + 14
    parts.append(_text(8, top + 12, f"{benched.machine}; {benched.date[:10]}", "quiet"))
    size = f'width="{WIDTH}" height="{top + 24}" viewBox="0 0 {WIDTH} {top + 24}"'
    inside = "\n".join((STYLE, *parts))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="wasmforge bench" {size}>\n{inside}\n</svg>\n'
    )


def _block(table: Table, top: int) -> list[str]:
    longest = max((e.median for e in table.entries), default=1.0)
    head = _text(8, top + 18, f"{table.component}: {table.name}", "head")
    return [head, *(p for n, e in enumerate(table.entries) for p in _bar(e, top + HEAD + ROW * n, longest))]


def _bar(entry: Entry, top: int, longest: float) -> list[str]:
    width = max(1.0, ROOM * entry.median / longest)
    about = "" if entry.ratio is None else f", {'' if entry.ratio.sure else '≈ '}{entry.ratio.times:.2f}x"
    color = COLORS.get(entry.code, WASM)
    return [
        _text(16, top + 13, f"{entry.code}, {entry.engine}"),
        f'<rect x="{LEFT}" y="{top + 2}" width="{width:.1f}" height="{ROW - 7}" rx="2" fill="{color}"/>',
        _text(LEFT + round(width) + 8, top + 13, f"{span(entry.median)}{about}", "quiet"),
    ]


def _text(x: int, y: int, text: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}"{named}>{escape(text)}</text>'
