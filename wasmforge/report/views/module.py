"""Shows a module's facts: imports, exports, features, and where its bytes are."""

from collections.abc import Sequence

from wasmforge.model.module import Function, Import, Module, Section
from wasmforge.report.format import count, size
from wasmforge.report.output import Output
from wasmforge.report.style import Line, Span, line
from wasmforge.report.text_table import Column, table
from wasmforge.report.views.layout import INDENT, comma_list, field_table, section, title
from wasmforge.report.views.wasm_types import format_memory, format_type

MAX_FUNCTIONS = 10
"""Functions shown."""

BAR_WIDTH = 20
"""Columns of the bar that shows a section's share of the file."""


def show_module(facts_: Module, path: str, gzip: int, features: Sequence[str], out: Output) -> None:
    """Print what was read from the bytes at `path`; `gzip` in bytes, `features` are those really used."""
    event, width = facts_, out.width
    lines = [title(path, f"{event.layer} {'module' if event.layer == 'core' else 'model'}")]
    lines += field_table(_head(event, gzip, features), width)
    lines += section(f"imports ({len(event.imports)})", _imports(event.imports, width))
    rows = [(Span(e.name, "name"), Span(e.kind, "quiet"), format_type(e.type)) for e in event.exports]
    lines += section(f"exports ({len(rows)})", table((Column(), Column(), Column(wraps=True)), rows, width, INDENT))
    lines += section("sections", _sections(event.sections, event.size, width))
    largest = sorted(event.functions, key=lambda f: (-f.size, f.index))[:MAX_FUNCTIONS]
    lines += section(_functions_heading(event), _functions(largest, event.size, width))
    out.print(lines)


def _head(event: Module, gzip: int, features: Sequence[str]) -> list[tuple[str, str]]:
    used = comma_list(features) or ("none beyond the first version of WebAssembly" if event.layer == "core" else "")
    producers = comma_list(f"{name} {version}".rstrip() for _, name, version in event.producers)
    start = "" if event.start is None else f"function {event.start}"
    memories = [(f"memory {i}" if i else "memory", format_memory(m)) for i, m in enumerate(event.memories)]
    return [
        ("size", f"{size(event.size)}, gzip {size(gzip)}"),
        ("features", used),
        ("declared", comma_list(event.target_features)),
        *memories,
        ("start", start),
        ("producers", producers),
    ]


def _imports(imports: Sequence[Import], width: int) -> list[Line]:
    """Imports below the module they come from, in order of first mention."""
    lines: list[Line] = []
    for module in dict.fromkeys(i.module for i in imports):
        rows = [
            (Span(i.name, "name"), Span(i.kind, "quiet"), format_type(i.type)) for i in imports if i.module == module
        ]
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


def _functions_heading(event: Module) -> str:
    most = len(event.functions) > MAX_FUNCTIONS
    return f"largest functions (of {len(event.functions)})" if most else count(len(event.functions), "function")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""


def _bar(part: int, whole: int) -> Span:
    return Span("█" * round(BAR_WIDTH * part / whole) if whole else "", "hint")
