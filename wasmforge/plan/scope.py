"""What every name of the recipe language stands for, for one component on one target."""

from wasmforge.model.manifest import OptionValue
from wasmforge.model.recipe import Option, Recipe, Words
from wasmforge.plan.paths import inner_path
from wasmforge.plan.settled import Settled
from wasmforge.plan.words import CWD, BadWordError, expand_all

TABLES = ("kind", "language", "target", "profile")
"""Names that are both a word and a lookup table: `{target}` and `{target.triple}`."""


def base_scope(recipe: Recipe, settled: Settled) -> dict[str, tuple[str, ...]]:
    """Every name that does not depend on files: the component's name and kind, options, features, lookups."""
    chosen = {
        "kind": (settled.kind, recipe.kinds),
        "language": (settled.language, recipe.languages),
        "target": (settled.target, recipe.targets),
        "profile": (settled.profile, recipe.profiles),
    }
    scope: dict[str, tuple[str, ...]] = {
        "name": (settled.name,),
        "cwd": (CWD,),
        "exports": settled.exports,
        "variants": (),
    }
    scope.update({f"files.{name}": (beside(path),) for name, path in recipe.files.items()})
    for table, (choice, rows) in chosen.items():
        scope[table] = (choice,)
        scope.update({f"{table}.{key}": () for row in rows.values() for key in row})
        scope.update({f"{table}.{key}": words(value) for key, value in rows.get(choice, {}).items()})
    for name, option in recipe.options.items():
        scope[f"options.{name}"] = option_words(option, settled.options.get(name, option.default))
    scope["features"] = feature_words(recipe, settled.features)
    for name, templates in recipe.lists.items():
        scope[f"lists.{name}"] = expand_all(templates, scope)
    return scope


def beside(path: str) -> str:
    """Where a file beside a recipe is laid in an action's directory."""
    return f".recipe/{path}"


def words(value: Words | float | None) -> tuple[str, ...]:
    """A TOML value as words: nothing, one, or several."""
    if value is None:
        return ()
    if isinstance(value, tuple):
        return value
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    return (str(value),)


def option_words(option: Option, value: OptionValue | None) -> tuple[str, ...]:
    """What `{options.<name>}` stands for when the option has this value (None: not set)."""
    if option.kind == "flag":
        return option.on if value is True else option.off
    if option.kind == "choice":
        return words(option.choices[str(value)]) if value is not None else ()
    if option.kind == "file" and isinstance(value, str):
        return (inner_path(value, "file"),)
    return words(value)


def feature_words(recipe: Recipe, enabled: tuple[str, ...]) -> tuple[str, ...]:
    """The on words of every enabled feature that the recipe has words for, and the off words of the others."""
    return tuple(w for name, f in recipe.features.items() for w in (f.on if name in enabled else f.off))


def option_problem(option: Option, value: OptionValue) -> str:
    """Why a component may not give this option that value, or ''."""
    if any("\0" in word for word in words(value)):
        return "a word holds a NUL, which no command can be given"
    if option.kind == "flag" and not isinstance(value, bool):
        return f"expected true or false, got {value!r}"
    if option.kind == "list" and not isinstance(value, tuple):
        return f"expected a list of strings, got {value!r}"
    if option.kind == "text" and (isinstance(value, tuple | bool)):
        return f"expected a string or a number, got {_toml(value)}"
    if option.kind == "file":
        return _file_problem(value)
    if option.kind == "choice" and str(value) not in option.choices:
        return f"expected one of {', '.join(option.choices)}, got {value!r}"
    return ""


def _file_problem(value: OptionValue) -> str:
    """Why this cannot name a file of a component, or ''."""
    if not isinstance(value, str):
        return f"expected the path of a file, got {_toml(value)}"
    try:
        return f"expected a file, got the folder {value!r}" if inner_path(value).endswith("/") else ""
    except BadWordError:
        return f"expected a file in the component's folder, got {value!r}"


def _toml(value: OptionValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(list(value)) if isinstance(value, tuple) else repr(value)
