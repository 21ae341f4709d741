"""The values of all names of the recipe language for one component on one target."""

import contextlib
from collections.abc import Sequence
from pathlib import PurePosixPath

from wasmforge.model.manifest import OptionValue
from wasmforge.model.recipe import FeatureWords, Option, Recipe, Step, Templates, Words
from wasmforge.model.root_paths import FROM_ROOT
from wasmforge.plan.paths import folder_in_action, inner_path
from wasmforge.plan.recipes.template import CWD, IsFile, Scope, TemplateError, UnknownNameError, expand_all, mentioned
from wasmforge.plan.resolve import ResolvedComponent

TABLES = ("kind", "language", "target", "profile")
"""Names that are both a word and a lookup table: `{target}` and `{target.triple}`."""

LIBRARY_NAMES = ("needs.includes", "needs.archives", "needs.defines", "public.includes", "public.defines")
"""What the libraries that a component needs give to it, and what a library gives itself."""


def base_scope(recipe: Recipe, resolved: ResolvedComponent) -> dict[str, tuple[str, ...]]:
    """Every name that does not depend on files: the component's name and kind, options, features, lookups."""
    chosen = {
        "kind": (resolved.kind, recipe.kinds),
        "language": (resolved.language, recipe.languages),
        "target": (resolved.target, recipe.targets),
        "profile": (resolved.profile, recipe.profiles),
    }
    scope: dict[str, tuple[str, ...]] = {
        "name": (resolved.name,),
        "cwd": (CWD,),
        "exports": resolved.exports,
        "variants": (),
        "files": (),
        **dict.fromkeys(LIBRARY_NAMES, ()),
    }
    scope.update({f"files.{name}": (recipe_file_path(path),) for name, path in recipe.files.items()})
    for table, (choice, rows) in chosen.items():
        scope[table] = (choice,)
        scope.update({f"{table}.{key}": () for row in rows.values() for key in row})
        scope.update({f"{table}.{key}": as_words(value) for key, value in rows.get(choice, {}).items()})
    for name, option in recipe.options.items():
        scope[f"options.{name}"] = option_words(option, resolved.options.get(name, option.default))
    scope["features"] = feature_words(recipe, resolved)
    scope.update({f"features.{key}": () for f in recipe.features.values() for key in f.words})
    for feature in (f for name, f in recipe.features.items() if is_on(name, f, resolved)):
        for key, value in feature.words.items():
            scope[f"features.{key}"] += as_words(value)
    for name, templates in recipe.lists.items():
        with contextlib.suppress(UnknownNameError):  # it mentions files: each step expands it for itself
            scope[f"lists.{name}"] = expand_all(templates, scope)
    return scope


def lists_mentioned(recipe: Recipe, templates: Sequence[str | Sequence[str]]) -> tuple[str, ...]:
    """The recipe's lists that words mention, also by way of other lists, as they are declared."""
    mentioned_lists: set[str] = set()
    queue = [*templates]
    for template in queue:  # grows while it is gone through
        try:
            names = mentioned((template,))
        except TemplateError:
            continue  # it is reported where it is expanded
        for key in (name.split(".")[1] for name in names if name.startswith("lists.")):
            if key in recipe.lists and key not in mentioned_lists:
                mentioned_lists.add(key)
                queue += recipe.lists[key]
    return tuple(name for name in recipe.lists if name in mentioned_lists)


def with_list_words(recipe: Recipe, templates: Sequence[str | Sequence[str]]) -> Templates:
    """These words and those of the lists that they mention."""
    own = (t if isinstance(t, str) else tuple(t) for t in templates)
    return (*own, *(word for name in lists_mentioned(recipe, templates) for word in recipe.lists[name]))


def with_lists(
    recipe: Recipe, templates: Sequence[str | Sequence[str]], scope: Scope, is_file: IsFile = lambda _: False
) -> Scope:
    """The scope with the lists that these words mention, expanded in it. Raises TemplateError."""
    whole = dict(scope)
    for name in lists_mentioned(recipe, templates):
        whole[f"lists.{name}"] = expand_all(recipe.lists[name], whole, is_file)
    return whole


def variables_of(recipe: Recipe, step: Step) -> dict[str, str]:
    """The environment variables of a step: the recipe's, those of `environments`, its own."""
    variables = dict(recipe.env)
    for name in step.environments:
        variables |= recipe.environments.get(name, {})
    return variables | step.env


def recipe_file_path(path: str) -> str:
    """The path of a file beside a recipe in an action's directory."""
    return f".recipe/{path}"


def as_words(value: Words | float | None) -> tuple[str, ...]:
    """A TOML value as words: nothing, one, or several."""
    if value is None:
        return ()
    if isinstance(value, tuple):
        return value
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    return (str(value),)


def option_words(option: Option, value: OptionValue | None) -> tuple[str, ...]:
    """The words of `{options.NAME}` if the option has this value (None: not set)."""
    if option.kind == "flag":
        return option.on if value is True else option.off
    if option.kind == "choice":
        return as_words(option.choices[str(value)]) if value is not None else ()
    if option.kind == "file" and isinstance(value, str):
        return (inner_path(value, "file"),)
    if option.kind == "folders":
        return tuple(folder_in_action(path) for path in as_words(value))
    return as_words(value)


def feature_words(recipe: Recipe, resolved: ResolvedComponent) -> tuple[str, ...]:
    """The on-words of every enabled feature of the recipe, and the off-words of those that a component may not use."""
    return tuple(
        word
        for name, f in recipe.features.items()
        for word in (f.on if is_on(name, f, resolved) else () if name in resolved.features else f.off)
    )


def is_on(name: str, words: FeatureWords, resolved: ResolvedComponent) -> bool:
    """Whether the recipe switches a feature on for this component."""
    return name in (resolved.asked if words.on_request else resolved.features)


def option_problem(option: Option, value: OptionValue) -> str:
    """Why a component may not give this option that value, or ''."""
    if any("\0" in word for word in as_words(value)):
        return "a word contains a NUL, which no command can take"
    if option.kind == "flag" and not isinstance(value, bool):
        return f"expected true or false, got {value!r}"
    if option.kind == "folders" and isinstance(value, tuple):
        return folders_problem(value)
    if option.kind in ("list", "folders", "files") and not isinstance(value, tuple):
        return f"expected a list of strings, got {value!r}"
    if option.kind == "text" and (isinstance(value, tuple | bool)):
        return f"expected a string or a number, got {_toml(value)}"
    if option.kind == "file":
        return _file_problem(value)
    if option.kind == "choice" and str(value) not in option.choices:
        return f"expected one of {', '.join(option.choices)}, got {value!r}"
    return ""


def folders_problem(paths: Sequence[str]) -> str:
    """Why one of these cannot name a folder of a component or of its project, or ''."""
    return next((said for path in paths if (said := _folder_problem(path))), "")


def _folder_problem(path: str) -> str:
    """Why this cannot name a folder of a component or of its project, or ''."""
    inner = PurePosixPath(path.removeprefix(FROM_ROOT) or ".")
    if inner.is_absolute():
        return f"{path!r} is an absolute path; a folder of the project is written //{path.strip('/')}"
    if ".." in inner.parts:
        return f"{path!r} leads out of the component's folder; a folder of the project is written {FROM_ROOT}FOLDER"
    return "" if path else "a folder's path is empty"


def _file_problem(value: OptionValue) -> str:
    """Why this cannot name a file of a component, or ''."""
    if not isinstance(value, str):
        return f"expected the path of a file, got {_toml(value)}"
    try:
        return f"expected a file, got the folder {value!r}" if inner_path(value).endswith("/") else ""
    except TemplateError:
        return f"expected a file in the component's folder, got {value!r}"


def _toml(value: OptionValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(list(value)) if isinstance(value, tuple) else repr(value)
