"""Shows recipes: one line each, or one in full."""

from collections.abc import Sequence

from wasmforge.model.recipe import Option, Recipe, RecipeFragment, RecipeTables, Step, Templates
from wasmforge.report.output import Output
from wasmforge.report.style import Line, Span, line
from wasmforge.report.text_table import Column, table
from wasmforge.report.views.layout import INDENT, comma_list, field_table, section, title


def show_recipes(recipes: Sequence[Recipe], out: Output) -> None:
    """Print one line for each recipe."""
    rows = [
        (Span(r.name, "name"), comma_list(r.languages) or "pass", comma_list(r.targets), r.toolchain, r.summary)
        for r in recipes
    ]
    columns = (
        Column("recipe"),
        Column("languages", wraps=True),
        Column("targets", wraps=True),
        Column("toolchain"),
        Column("what", wraps=True),
    )
    out.print(table(columns, rows, out.width))


def show_recipe(recipe: Recipe, path: str, out: Output) -> None:
    """Print what a recipe takes, its options, and what it runs; `path` is its file."""
    width = out.width
    head = [
        ("file", path),
        ("languages", comma_list(recipe.languages) or "none: a pass"),
        ("toolchain", recipe.toolchain),
        ("targets", comma_list(recipe.targets)),
        ("kinds", comma_list(recipe.kinds)),
        ("profiles", comma_list(recipe.profiles)),
        ("fragments", comma_list(recipe.fragments)),
    ]
    lines = [title(recipe.name, recipe.summary), *field_table(head, width)]
    lines += _tables(recipe, width)
    lines += section("steps", [each for step in recipe.steps for each in _step(step, width)])
    out.print(lines)


def show_fragment(fragment: RecipeFragment, path: str, out: Output) -> None:
    """Print what a fragment gives to the recipes that name it; `path` is its file."""
    out.print([title(fragment.name), *field_table([("file", path)], out.width), *_tables(fragment, out.width)])


def _tables(part: RecipeTables, width: int) -> list[Line]:
    """What recipes and fragments have in common."""
    sources = ((name, comma_list(globs)) for name, globs in part.sources.items())
    lines = section("sources", field_table(sources, width, INDENT))
    options = [(Span(n, "name"), Span(o.kind, "quiet"), _default(o), _meaning(o)) for n, o in part.options.items()]
    lines += section("options", table((Column(), Column(), Column(), Column(wraps=True)), options, width, INDENT))
    features = [(Span(n, "name"), " ".join(f.on) or "-", " ".join(f.off) or "-") for n, f in part.features.items()]
    columns = (Column("feature"), Column("on", wraps=True), Column("off", wraps=True))
    lines += section("features", table(columns, features, width, INDENT) if features else [])
    lines += section("lists", field_table(((n, words_line(words)) for n, words in part.lists.items()), width, INDENT))
    lines += section("environment", field_table(part.env.items(), width, INDENT))
    for name, variables in part.environments.items():
        lines += section(f"environment {name}", field_table(variables.items(), width, INDENT))
    return lines


def words_line(words: Templates) -> str:
    """Words of the recipe language, groups in brackets."""
    return " ".join(word if isinstance(word, str) else f"[{' '.join(word)}]" for word in words)


def _default(option: Option) -> str:
    match option.default:
        case None | ():
            return ""
        case tuple(words):
            return f"default {comma_list(words)}"
        case bool(flag):
            return f"default {'true' if flag else 'false'}"
        case value:
            return f"default {value}"


def _meaning(option: Option) -> str:
    return option.help or (f"one of {comma_list(option.choices)}" if option.choices else "")


def _step(step: Step, width: int) -> list[Line]:
    repetition = f"once for each of {step.each}" if step.each else ""
    about = [
        ("run", words_line(step.run)),
        ("inputs", comma_list(step.inputs)),
        ("outputs", comma_list(f"{path} ({role})" for role, path in step.outputs.items())),
        ("depfile", step.depfile or ""),
        ("depfiles", comma_list(step.depfiles)),
        ("scratch", step.scratch or ""),
        ("environments", comma_list(step.environments)),
        ("toolchain", step.toolchain or ""),
    ]
    return [
        line(" " * INDENT, Span(step.name, "name"), Span(f"  {repetition}", "quiet")),
        *field_table(about, width, 2 * INDENT),
    ]
