"""Shows toolchains: which are available, from which origin, and how to get the others."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import fields

from wasmforge.model.toolchain import Origin, OriginAttempt, Toolchain, shortened
from wasmforge.report.output import Output
from wasmforge.report.style import Line, Span, line
from wasmforge.report.text_table import Column, Row, table
from wasmforge.report.views.layout import INDENT, comma_list, field_table, section, title


def show_toolchains(attempts: Sequence[OriginAttempt], requested: Mapping[str, str], out: Output) -> None:
    """Print the origins tried for each toolchain, in order; `wanted` says per toolchain what is asked for, if anything.

    The first origin that is there is the one that is used; below those that are not stands what would fix it.
    """
    rows: list[Row] = []
    for name in dict.fromkeys([t.toolchain for t in attempts] + list(requested)):
        rows += _rows(name, [t for t in attempts if t.toolchain == name], requested.get(name, ""))
    columns = (
        Column(),
        Column("toolchain"),
        Column("wanted"),
        Column("origin"),
        Column("found", wraps=True),
        Column("location", wraps=True),
    )
    out.print([*table(columns, rows, out.width), *_fixes(attempts)])


def show_toolchain(toolchain: Toolchain, attempts: Sequence[OriginAttempt], out: Output) -> None:
    """Print where a toolchain may come from, and what of that is on this machine."""
    width = out.width
    env = comma_list(f"{name}={value}" for name, value in sorted(toolchain.env.items()))
    lines = [
        title(toolchain.name, toolchain.summary),
        *field_table([("needs", comma_list(toolchain.needs)), ("env", env)], width),
    ]
    for number, origin in enumerate(toolchain.origins, 1):
        lines += section(f"{number}. {origin.kind}", field_table(_origin(origin), width, INDENT))
    rows = [[mark, kind, what, location] for mark, _, _, kind, what, location in _rows("", attempts, "", whole=True)]
    columns = (Column(), Column(), Column(wraps=True), Column(wraps=True))
    out.print([*lines, *section("on this machine", table(columns, rows, width, INDENT)), *_fixes(attempts)])


def _rows(name: str, attempts: Sequence[OriginAttempt], requested: str, *, whole: bool = False) -> list[Row]:
    rows: list[Row] = []
    any_found = any(event.identity for event in attempts)
    used = False
    for event in attempts or [OriginAttempt(toolchain=name, kind="-", why_not="no origin was tried")]:
        mark = (
            Span("✗", "bad")
            if not any_found
            else Span("·", "quiet")
            if used or not event.identity
            else Span("✓", "good")
        )
        used = used or bool(event.identity)
        first = not rows
        what = (event.identity if whole else shortened(event.identity)) or Span(event.why_not, "quiet")
        rows.append(
            (mark, Span(name if first else "", "name"), requested if first else "", event.kind, what, event.location)
        )
    return rows


def _fixes(attempts: Sequence[OriginAttempt]) -> list[Line]:
    """What would bring the toolchains of which no origin is there."""
    any_found = {t.toolchain for t in attempts if t.identity}
    fixes = [(t.toolchain, t.fix) for t in attempts if t.toolchain not in any_found and t.fix]
    return [line(), *(line(Span(f"hint: {name}: {fix}", "hint")) for name, fix in fixes)] if fixes else []


def _origin(origin: Origin) -> list[tuple[str, str]]:
    """What it says, key by key, but for what every origin of its kind says."""
    usual = {field.encode_name: field.default for field in fields(type(origin))}
    values: dict[str, object] = msgspec.to_builtins(origin, builtin_types=(tuple,))
    shown_values = {key: value for key, value in values.items() if key != "kind" and value and value != usual[key]}
    return [(key.replace("-", " "), _as_text(value)) for key, value in shown_values.items()]


def _as_text(value: object) -> str:
    if isinstance(value, dict):
        return comma_list(f"{name} = {_as_text(each)}" for name, each in value.items())
    if isinstance(value, (list, tuple)):
        return (", " if any(isinstance(each, dict) for each in value) else " ").join(map(_as_text, value))
    return str(value)
