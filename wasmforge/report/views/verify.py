"""Shows the result of building everything twice."""

from collections.abc import Iterator

from wasmforge.model.reproducibility import DifferingFile, DifferingOutput, FirstDifference, VerifyResult
from wasmforge.report.format import count, duration
from wasmforge.report.output import Output
from wasmforge.report.style import Line, Span, Style, line


def show_verify(result: VerifyResult, out: Output) -> None:
    """Print each file that differs with what differs first on the way to it, and one line that says it all."""
    lines = [file for d in result.differing for file in _differing(d)]
    lines += [file for u in result.inner for file in _inner(u)]
    out.print([*lines, _last(result)])


def difference_text(spot: FirstDifference) -> str:
    """`section code, function main: byte 0x1f3; 4120 and 4121 bytes`."""
    inside = [part for part in (spot.member, spot.section, spot.function and f"function {spot.function}") if part]
    file, other = spot.sizes
    sizes = f"both {file} bytes" if file == other else f"{file} and {other} bytes"
    return f"{', '.join([*inside, f'from byte {spot.offset:#x}'])} ({sizes})"


def _differing(file: DifferingFile) -> Iterator[Line]:
    yield line(Span("differs", "bad"), "  ", Span(file.label, "name"), f"  {file.file}: {difference_text(file.spot)}")
    cause = file.cause
    if cause.first:
        yield line(f"  first in {cause.action}: {cause.output}, {difference_text(cause.spot)}")
        yield line("  hint: it was given the same in both builds; look for a time, a path, a random number or an order")


def _inner(file: DifferingOutput) -> Iterator[Line]:
    what = "though nothing that is delivered does"
    yield line(Span("differs", "warn"), f"  {file.action}: {file.output}, {difference_text(file.spot)}, {what}")


def _last(result: VerifyResult) -> Line:
    style: Style = "good" if not (result.differing or result.failures) else "bad"
    if result.failures:
        text = f"not compared: {count(len(result.failures), 'action')} failed"
    else:
        whole = len(result.same) + len(result.differing)
        differ = f"{len(result.differing)} differ" if len(result.differing) != 1 else "1 differs"
        same = "all the same" if not result.differing else f"{len(result.same)} the same, {differ}"
        text = f"built {count(whole, 'artifact')} twice: {same}"
    return line(Span(f"{text}, {duration(result.seconds)}", style))
