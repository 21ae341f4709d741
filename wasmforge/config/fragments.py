"""Joins a recipe with the fragments that it names: it gets their keys. A key that is in two of them is an error."""

from collections.abc import Mapping
from typing import Any

import msgspec

from wasmforge.errors import Problem, unknown
from wasmforge.model.recipe import Recipe, RecipeFragment, RecipeTables

ROW_TABLES = frozenset({"languages", "kinds", "targets", "profiles"})
"""Tables that are joined row by row, since their rows have keys of their own."""


def with_fragments(
    recipe: Recipe, fragments: Mapping[str, RecipeFragment], place: str, problems: list[Problem]
) -> Recipe:
    """The recipe with the keys of its fragments before its own; mistakes are added to `problems`.

    `place` is how messages name the recipe's file.
    """
    if not recipe.fragments:
        return recipe
    parts: dict[str, RecipeTables] = {}
    for name in recipe.fragments:
        if name in fragments:
            parts[f"fragment {name!r}"] = fragments[name]
        else:
            problems.append(unknown("fragment", name, fragments, where=f"{place}: fragments"))
    parts["this file"] = recipe
    tables = {table: _join(table, parts, place, problems) for table in RecipeTables.__struct_fields__}
    return msgspec.structs.replace(recipe, **tables)


def _join(table: str, parts: Mapping[str, RecipeTables], place: str, problems: list[Problem]) -> dict[str, Any]:
    """One table with the keys of all parts; a key that two of them have is a problem."""
    joined: dict[str, Any] = {}
    owners: dict[str, str] = {}

    def put(into: dict[str, Any], key: str, value: object, path: str, owner: str) -> None:
        if path in owners:
            what = f"is in {owners[path]} and in {owner}"
            problems.append(Problem(where=f"{place}: {path}", what=what, hint="keep one of the two"))
        owners[path] = owner
        into[key] = value

    for owner, part in parts.items():
        for key, value in getattr(part, table).items():
            if table in ROW_TABLES:
                row = joined.setdefault(key, {})
                for column, words in value.items():
                    put(row, column, words, f"{table}.{key}.{column}", owner)
            else:
                put(joined, key, value, f"{table}.{key}", owner)
    return joined
