"""A module's facts as a page: what it needs, gives and uses, and where its bytes are."""

from collections.abc import Sequence

from wasmforge.model.module import Function, Import, Module, Section
from wasmforge.report.columns import Column, table
from wasmforge.report.ink import Line, Span, line
from wasmforge.report.paper import Paper
from wasmforge.report.quantities import count, size
from wasmforge.report.views.layout import INDENT, block, facts, listed, title
from wasmforge.report.views.types import memory, told

LARGEST = 10
"""Functions shown."""

BAR = 20
"""Columns of the bar that shows a section's share of the file."""


def show_module(facts_: Module, path: str, gzip: int, features: Sequence[str], paper: Paper) -> None:
    """Print what was read from the bytes at `path`; `gzip` in bytes, `features` are those really used."""
    it, width = facts_, paper.width
    lines = [title(path, f"{it.layer} {'module' if it.layer == 'core' else 'model'}")]
    lines += facts(_head(it, gzip, features), width)
    lines += block(f"imports ({len(it.imports)})", _imports(it.imports, width))
    rows = [(Span(e.name, "name"), Span(e.kind, "quiet"), told(e.type)) for e in it.exports]
    lines += block(f"exports ({len(rows)})", table((Column(), Column(), Column(wraps=True)), rows, width, INDENT))
    lines += block("sections", _sections(it.sections, it.size, width))
    largest = sorted(it.functions, key=lambda f: (-f.size, f.index))[:LARGEST]
    lines += block(_functions_heading(it), _functions(largest, it.size, width))
    paper.print(lines)


def _head(it: Module, gzip: int, features: Sequence[str]) -> list[tuple[str, str]]:
    used = listed(features) or ("none beyond the first version of WebAssembly" if it.layer == "core" else "")
    producers = listed(f"{name} {version}".rstrip() for _, name, version in it.producers)
    start = "" if it.start is None else f"function {it.start}"
    memories = [(f"memory {i}" if i else "memory", memory(m)) for i, m in enumerate(it.memories)]
    return [
        ("size", f"{size(it.size)}, gzip {size(gzip)}"),
        ("features", used),
        ("declared", listed(it.target_features)),
        *memories,
        ("start", start),
        ("producers", producers),
    ]


def _imports(imports: Sequence[Import], width: int) -> list[Line]:
    """Imports below the module they come from, in order of first mention."""
    lines: list[Line] = []
    for module in dict.fromkeys(i.module for i in imports):
        rows = [(Span(i.name, "name"), Span(i.kind, "quiet"), told(i.type)) for i in imports if i.module == module]
        lines.append(line(" " * INDENT, module))
        lines += table((Column(), Column(), Column(wraps=True)), rows, width, 2 * INDENT)
    return lines


def _sections(sections: Sequence[Section], whole: int, width: int) -> list[Line]:
    rows = [
        (s.name, Span("custom" if s.custom else "", "quiet"), size(s.size), _share(s.size, whole), _bar(s.size, whole))
        for s in sections
    ]
    columns = (Column(), Column(), Column(align="right"), Column(align="right"), Column())
    return table(columns, rows, width, INDENT)


def _functions(functions: Sequence[Function], whole: int, width: int) -> list[Line]:
    rows = [(size(f.size), _share(f.size, whole), f.name or Span(f"function {f.index}", "quiet")) for f in functions]
    return table((Column(align="right"), Column(align="right"), Column()), rows, width, INDENT)


def _functions_heading(it: Module) -> str:
    most = len(it.functions) > LARGEST
    return f"largest functions (of {len(it.functions)})" if most else count(len(it.functions), "function")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""


def _bar(part: int, whole: int) -> Span:
    return Span("█" * round(BAR * part / whole) if whole else "", "hint")
