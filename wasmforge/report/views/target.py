"""Shows targets: the features of all side by side, or one in full."""

from collections.abc import Sequence

from wasmforge.model.target import Target
from wasmforge.model.vocabulary import FEATURES
from wasmforge.report.output import Output
from wasmforge.report.style import Line, Span, line
from wasmforge.report.text_table import Column, Row, table
from wasmforge.report.views.layout import INDENT, comma_list, field_table, section, title

MARKS = {"default": Span("●", "good"), "permitted": Span("○"), "forbidden": Span("·", "quiet")}


def show_targets(targets: Sequence[Target], out: Output) -> None:
    """Print the targets and a table of the features that modules may use there."""
    lines = field_table(((t.name, Span(t.summary or "-")) for t in targets), out.width)
    columns = (Column("feature"), *(Column(t.name) for t in targets))
    rows: list[Row] = [[feature, *(MARKS[feature_status(t, feature)] for t in targets)] for feature in FEATURES]
    legend: list[Span] = []
    for word, mark in MARKS.items():
        legend += [mark, Span(f" {word}   ", "quiet")]
    out.print([*lines, line(), *table(columns, rows, out.width), line(), line(*legend)])


def show_target(target: Target, path: str, out: Output) -> None:
    """Print the whole contract of one host; `path` is its file."""
    width = out.width
    on_request = [f for f in target.features.permitted if f not in target.features.default]
    refused = [f for f in FEATURES if feature_status(target, f) == "forbidden"]
    features = [
        ("by default", comma_list(target.features.default)),
        ("when asked", comma_list(on_request)),
        ("never", comma_list(refused)),
    ]
    needs = [
        ("of a command", comma_list(target.exports.command)),
        ("of a reactor", comma_list(target.exports.reactor)),
        ("of none", comma_list(target.exports.forbidden)),
    ]
    bounds = [(key.replace("_", "-"), getattr(target.limits, key)) for key in target.limits.__struct_fields__]
    lines = [title(target.name, target.summary), *field_table([("file", path), *_head(target)], width)]
    lines += section("features", field_table(features, width, INDENT))
    lines += section("why not", field_table(target.features.never.items(), width, INDENT))
    lines += section("options refused", field_table(target.options.never.items(), width, INDENT))
    lines += section("what else", field_table(target.features.notes.items(), width, INDENT))
    lines += section("exports", field_table(needs, width, INDENT))
    lines += section("limits", field_table(((n, "" if b is None else str(b)) for n, b in bounds), width, INDENT))
    lines += section("recipes", field_table(target.recipes.items(), width, INDENT))
    notes = [(Span("-"), Span(note)) for note in target.notes]
    lines += section("good to know", table((Column(), Column(wraps=True)), notes, width, INDENT))
    sources: list[Line] = [line(" " * INDENT, Span(source, "quiet")) for source in target.sources]
    out.print([*lines, *section("sources", sources)])


def feature_status(target: Target, feature: str) -> str:
    """Whether a feature is `default`, `permitted` or `forbidden` on a target."""
    if feature in target.features.default:
        return "default"
    return "permitted" if feature in target.features.permitted else "forbidden"


def _head(target: Target) -> list[tuple[str, str]]:
    modules = (*target.imports.modules, *(f"{m} (from whoever calls instantiate)" for m in target.imports.caller))
    imports = "any: its glue provides them" if "*" in modules else comma_list(modules) or "none"
    return [
        ("kinds", comma_list(target.kinds)),
        ("imports", imports),
        ("start function", "" if target.start else "none, unless memory is shared"),
        ("passes", comma_list(target.passes)),
        ("delivers", comma_list(target.delivers)),
        ("on request", comma_list(target.may_deliver)),
        ("native code", comma_list(target.aot)),
        ("runtimes", comma_list(target.runtimes)),
        ("run", target.run),
        ("run native code", target.run_aot),
        ("built", "only when it is named" if target.on_request else ""),
    ]
