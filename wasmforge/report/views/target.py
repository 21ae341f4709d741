"""Targets as pages: what each host permits, side by side, and one of them in full with its sources."""

from collections.abc import Sequence

from wasmforge.model.target import Target
from wasmforge.model.vocabulary import FEATURES
from wasmforge.report.columns import Column, Row, table
from wasmforge.report.ink import Line, Span, line
from wasmforge.report.paper import Paper
from wasmforge.report.views.layout import INDENT, block, facts, listed, title

MARKS = {"default": Span("●", "good"), "permitted": Span("○"), "forbidden": Span("·", "quiet")}


def show_targets(targets: Sequence[Target], paper: Paper) -> None:
    """Print the targets and, feature by feature, what a module may use there."""
    lines = facts(((t.name, Span(t.summary or "-")) for t in targets), paper.width)
    columns = (Column("feature"), *(Column(t.name) for t in targets))
    rows: list[Row] = [[feature, *(MARKS[standing(t, feature)] for t in targets)] for feature in FEATURES]
    legend: list[Span] = []
    for word, mark in MARKS.items():
        legend += [mark, Span(f" {word}   ", "quiet")]
    paper.print([*lines, line(), *table(columns, rows, paper.width), line(), line(*legend)])


def show_target(target: Target, paper: Paper) -> None:
    """Print the whole contract of one host."""
    width = paper.width
    asked = [f for f in target.features.permitted if f not in target.features.default]
    refused = [f for f in FEATURES if standing(target, f) == "forbidden"]
    features = [
        ("by default", listed(target.features.default)),
        ("when asked", listed(asked)),
        ("never", listed(refused)),
    ]
    needs = [
        ("of a command", listed(target.exports.command)),
        ("of a reactor", listed(target.exports.reactor)),
        ("of none", listed(target.exports.forbidden)),
    ]
    bounds = [(key.replace("_", "-"), getattr(target.limits, key)) for key in target.limits.__struct_fields__]
    lines = [title(target.name, target.summary), *facts(_head(target), width)]
    lines += block("features", facts(features, width, INDENT))
    lines += block("why not", facts(target.features.never.items(), width, INDENT))
    lines += block("options refused", facts(target.options.never.items(), width, INDENT))
    lines += block("what else", facts(target.features.notes.items(), width, INDENT))
    lines += block("exports", facts(needs, width, INDENT))
    lines += block("limits", facts(((n, "" if b is None else str(b)) for n, b in bounds), width, INDENT))
    lines += block("recipes", facts(target.recipes.items(), width, INDENT))
    notes = [(Span("-"), Span(note)) for note in target.notes]
    lines += block("good to know", table((Column(), Column(wraps=True)), notes, width, INDENT))
    sources: list[Line] = [line(" " * INDENT, Span(source, "quiet")) for source in target.sources]
    paper.print([*lines, *block("sources", sources)])


def standing(target: Target, feature: str) -> str:
    """`default`, `permitted` or `forbidden`: what a feature is on a target."""
    if feature in target.features.default:
        return "default"
    return "permitted" if feature in target.features.permitted else "forbidden"


def _head(target: Target) -> list[tuple[str, str]]:
    modules = target.imports.modules
    imports = "any: its glue provides them" if "*" in modules else listed(modules) or "none"
    return [
        ("kinds", listed(target.kinds)),
        ("imports", imports),
        ("start function", "" if target.start else "none, unless memory is shared"),
        ("passes", listed(target.passes)),
        ("delivers", listed(target.delivers)),
        ("on request", listed(target.may_deliver)),
        ("native code", listed(target.aot)),
        ("runtimes", listed(target.runtimes)),
        ("run", target.run),
        ("run native code", target.run_aot),
        ("built", "only when it is named" if target.on_request else ""),
    ]
