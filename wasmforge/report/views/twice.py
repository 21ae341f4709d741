"""What building everything twice came to, as a page; knows no files."""

from collections.abc import Iterator

from wasmforge.model.twice import Differing, Spot, Twice, Unequal
from wasmforge.report.ink import Line, Span, Style, line
from wasmforge.report.paper import Paper
from wasmforge.report.quantities import count, duration


def show_twice(twice: Twice, paper: Paper) -> None:
    """Print each file that differs with what differs first on the way to it, and one line that says it all."""
    lines = [one for d in twice.differing for one in _differing(d)]
    lines += [one for u in twice.inner for one in _inner(u)]
    paper.print([*lines, _last(twice)])


def place(spot: Spot) -> str:
    """`section code, function main: byte 0x1f3; 4120 and 4121 bytes`."""
    inside = [part for part in (spot.member, spot.section, spot.function and f"function {spot.function}") if part]
    one, other = spot.sizes
    sizes = f"both {one} bytes" if one == other else f"{one} and {other} bytes"
    return f"{', '.join([*inside, f'from byte {spot.offset:#x}'])} ({sizes})"


def _differing(one: Differing) -> Iterator[Line]:
    yield line(Span("differs", "bad"), "  ", Span(one.label, "name"), f"  {one.file}: {place(one.spot)}")
    cause = one.cause
    if cause.first:
        yield line(f"  first in {cause.action}: {cause.output}, {place(cause.spot)}")
        yield line("  hint: it was given the same in both builds; look for a time, a path, a random number or an order")


def _inner(one: Unequal) -> Iterator[Line]:
    what = "though nothing that is delivered does"
    yield line(Span("differs", "warn"), f"  {one.action}: {one.output}, {place(one.spot)}, {what}")


def _last(twice: Twice) -> Line:
    style: Style = "good" if not (twice.differing or twice.failures) else "bad"
    if twice.failures:
        said = f"not compared: {count(len(twice.failures), 'action')} failed"
    else:
        whole = len(twice.same) + len(twice.differing)
        differ = f"{len(twice.differing)} differ" if len(twice.differing) != 1 else "1 differs"
        same = "all the same" if not twice.differing else f"{len(twice.same)} the same, {differ}"
        said = f"built {count(whole, 'artifact')} twice: {same}"
    return line(Span(f"{said}, {duration(twice.seconds)}", style))
