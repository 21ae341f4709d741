"""Recipes as pages: which there are, and what one of them can be told."""

from collections.abc import Sequence

from wasmforge.model.recipe import Option, Recipe, Step
from wasmforge.report.columns import Column, table
from wasmforge.report.ink import Line, Span, line
from wasmforge.report.paper import Paper
from wasmforge.report.views.layout import INDENT, block, facts, listed, title


def show_recipes(recipes: Sequence[Recipe], paper: Paper) -> None:
    """Print one line for each recipe."""
    rows = [
        (Span(r.name, "name"), listed(r.languages) or "pass", listed(r.targets), r.toolchain, r.summary)
        for r in recipes
    ]
    columns = (
        Column("recipe"),
        Column("languages", wraps=True),
        Column("targets", wraps=True),
        Column("toolchain"),
        Column("what", wraps=True),
    )
    paper.print(table(columns, rows, paper.width))


def show_recipe(recipe: Recipe, where: str, paper: Paper) -> None:
    """Print what a recipe takes, what it can be told, and what it runs; `where` is its file."""
    width = paper.width
    head = [
        ("file", where),
        ("languages", listed(recipe.languages) or "none: a pass"),
        ("toolchain", recipe.toolchain),
        ("targets", listed(recipe.targets)),
        ("kinds", listed(recipe.kinds)),
        ("profiles", listed(recipe.profiles)),
    ]
    lines = [title(recipe.name, recipe.summary), *facts(head, width)]
    lines += block("sources", facts(((n, listed(globs)) for n, globs in recipe.sources.items()), width, INDENT))
    options = [(Span(n, "name"), Span(o.kind, "quiet"), _default(o), _meaning(o)) for n, o in recipe.options.items()]
    lines += block("options", table((Column(), Column(), Column(), Column(wraps=True)), options, width, INDENT))
    features = [(Span(n, "name"), " ".join(f.on) or "-", " ".join(f.off) or "-") for n, f in recipe.features.items()]
    columns = (Column("feature"), Column("on", wraps=True), Column("off", wraps=True))
    lines += block("features", table(columns, features, width, INDENT) if features else [])
    lines += block("environment", facts(recipe.env.items(), width, INDENT))
    lines += block("steps", [each for step in recipe.steps for each in _step(step, width)])
    paper.print(lines)


def _default(option: Option) -> str:
    match option.default:
        case None | ():
            return ""
        case tuple(words):
            return f"default {listed(words)}"
        case bool(flag):
            return f"default {'true' if flag else 'false'}"
        case value:
            return f"default {value}"


def _meaning(option: Option) -> str:
    return option.help or (f"one of {listed(option.choices)}" if option.choices else "")


def _step(step: Step, width: int) -> list[Line]:
    run = " ".join(f"[{' '.join(word)}]" if isinstance(word, tuple) else word for word in step.run)
    once = f"once for each of {step.each}" if step.each else ""
    about = [
        ("run", run),
        ("inputs", listed(step.inputs)),
        ("outputs", listed(f"{path} ({role})" for role, path in step.outputs.items())),
        ("depfile", step.depfile or ""),
        ("scratch", step.scratch or ""),
        ("toolchain", step.toolchain or ""),
    ]
    return [line(" " * INDENT, Span(step.name, "name"), Span(f"  {once}", "quiet")), *facts(about, width, 2 * INDENT)]
