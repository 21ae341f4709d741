"""Toolchains as pages: which are on this machine, which origin each comes from, and what would bring the others."""

from collections.abc import Mapping, Sequence

from wasmforge.model.toolchain import Origin, Toolchain, Tried
from wasmforge.report.columns import Column, Row, table
from wasmforge.report.ink import Line, Span, line
from wasmforge.report.paper import Paper
from wasmforge.report.views.layout import INDENT, block, facts, listed, title


def show_toolchains(tried: Sequence[Tried], wanted: Mapping[str, str], paper: Paper) -> None:
    """Print the origins tried for each toolchain, in order; `wanted` says per toolchain what is asked for, if anything.

    The first origin that is there is the one that is used; below those that are not stands what would fix it.
    """
    rows: list[Row] = []
    for name in dict.fromkeys([t.toolchain for t in tried] + list(wanted)):
        rows += _rows(name, [t for t in tried if t.toolchain == name], wanted.get(name, ""))
    columns = (
        Column(),
        Column("toolchain"),
        Column("wanted"),
        Column("origin"),
        Column("found", wraps=True),
        Column("location", wraps=True),
    )
    paper.print([*table(columns, rows, paper.width), *_fixes(tried)])


def show_toolchain(toolchain: Toolchain, tried: Sequence[Tried], paper: Paper) -> None:
    """Print where a toolchain may come from, and what of that is on this machine."""
    width = paper.width
    env = listed(f"{name}={value}" for name, value in sorted(toolchain.env.items()))
    lines = [
        title(toolchain.name, toolchain.summary),
        *facts([("needs", listed(toolchain.needs)), ("env", env)], width),
    ]
    for number, origin in enumerate(toolchain.origins, 1):
        lines += block(f"{number}. {origin.kind}", facts(_origin(origin), width, INDENT))
    rows = [[mark, kind, what, location] for mark, _, _, kind, what, location in _rows("", tried, "")]
    columns = (Column(), Column(), Column(wraps=True), Column(wraps=True))
    paper.print([*lines, *block("on this machine", table(columns, rows, width, INDENT)), *_fixes(tried)])


def _rows(name: str, tried: Sequence[Tried], wanted: str) -> list[Row]:
    rows: list[Row] = []
    there = any(it.identity for it in tried)
    used = False
    for it in tried or [Tried(toolchain=name, kind="-", why_not="no origin was tried")]:
        mark = Span("✗", "bad") if not there else Span("·", "quiet") if used or not it.identity else Span("✓", "good")
        used = used or bool(it.identity)
        first = not rows
        what = it.identity or Span(it.why_not, "quiet")
        rows.append((mark, Span(name if first else "", "name"), wanted if first else "", it.kind, what, it.location))
    return rows


def _fixes(tried: Sequence[Tried]) -> list[Line]:
    """What would bring the toolchains of which no origin is there."""
    there = {t.toolchain for t in tried if t.identity}
    fixes = [(t.toolchain, t.fix) for t in tried if t.toolchain not in there and t.fix]
    return [line(), *(line(Span(f"hint: {name}: {fix}", "hint")) for name, fix in fixes)] if fixes else []


def _origin(origin: Origin) -> list[tuple[str, str]]:
    return [
        ("tools", listed(f"{name} = {' '.join(words)}" for name, words in origin.tools.items())),
        ("program", origin.program or ""),
        ("probe", " ".join(origin.probe)),
        ("at least", origin.at_least or ""),
        ("distribution", origin.distribution or ""),
        ("links", listed(f"{name} = {path}" for name, path in origin.links.items())),
        ("fix", origin.fix),
    ]
