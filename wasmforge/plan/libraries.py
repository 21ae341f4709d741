"""Plans libraries: each once per target, profile, recipe and features that some component needs it with.

A library has actions like any component, and no delivery. What it gives lies in `needs/NAME/` in the directories of
those that need it: its public headers, and what its steps made.
"""

from collections.abc import Iterable, Mapping

import msgspec

from wasmforge.errors import ForgeError, Problem
from wasmforge.model.base import Struct
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import OptionValue
from wasmforge.model.plan import Action, GeneratedInput, Snapshot
from wasmforge.model.recipe import Recipe
from wasmforge.plan.file_options import file_option_words
from wasmforge.plan.recipes.scope import as_words
from wasmforge.plan.recipes.steps import Files
from wasmforge.plan.recipes.template import Scope, TemplateError, expand_all
from wasmforge.plan.run_steps import recipe_files, run_steps
from wasmforge.plan.select import BuildUnit

GIVEN = ("includes", "archives", "defines")
"""What libraries give, as names of the recipe language: `{needs.includes}`. Without any they stand for nothing."""


class Given(Struct, frozen=True, kw_only=True):
    """What libraries give to a component: words by name, and the files that these words need, by path."""

    names: dict[str, tuple[str, ...]]
    files: Files


class Libraries:
    """Plans libraries as they are asked for, and adds their actions to those of the plan."""

    def __init__(
        self, catalog: Catalog, snapshots: Mapping[tuple[str, str], Snapshot], actions: dict[str, Action]
    ) -> None:
        self._catalog = catalog
        self._snapshots = snapshots
        self._actions = actions
        self._planned: dict[str, Given] = {}

    def given_to(self, unit: BuildUnit) -> Given:
        """What a component gets of all its libraries, in the order of its `libraries`. Raises ForgeError."""
        names: dict[str, dict[str, None]] = {f"needs.{key}": {} for key in GIVEN}
        files: Files = {}
        for library in unit.libraries:
            given = self._library(library)
            for name, words in given.names.items():
                names[name].update(dict.fromkeys(words))
            files.update(given.files)
        public = self._public(unit) if unit.resolved.kind == "library" else {}
        return Given(names={**{n: tuple(w) for n, w in names.items()}, **public}, files=files)

    def _public(self, unit: BuildUnit) -> dict[str, tuple[str, ...]]:
        snapshot = self._snapshots[unit.resolved.name, unit.resolved.recipe]
        return {
            "public.includes": snapshot.public_includes,
            "public.defines": unit.declared.component.public_defines,
        }

    def _library(self, unit: BuildUnit) -> Given:
        """What one library gives; the first time, its actions are added."""
        label = str(unit.resolved.label)
        if label not in self._planned:
            self._planned[label] = self._plan(unit, label)
        return self._planned[label]

    def _plan(self, unit: BuildUnit, label: str) -> Given:
        s = unit.resolved
        recipe, snapshot = self._catalog.recipes[s.recipe], self._snapshots[s.name, s.recipe]
        given = self.given_to(unit)
        sources = {f"sources.{g}": paths for g, paths in snapshot.groups.items()}
        scope = {**sources, **given.names, "needs": (), **file_option_words(recipe, s, snapshot)}
        files: Files = {**snapshot.files, **given.files, **recipe_files(recipe, self._catalog)}
        whole, made = run_steps(recipe, unit, label, scope, files, (), self._actions, {})
        home = f"needs/{s.name}"
        words = {f"needs.{key}": self._words(recipe, key, whole, unit, home) for key in GIVEN if key != "defines"}
        generated = {f.output: f for f in made.values() if isinstance(f, GeneratedInput) and _is_given(f, words, home)}
        outputs = (
            GeneratedInput(path=f"{home}/{f.path}", action=f.action, output=f.output) for f in generated.values()
        )
        return Given(
            names={**words, "needs.defines": unit.declared.component.public_defines},
            files={**{f"{home}/{p}": snapshot.files[p] for p in snapshot.public}, **{f.path: f for f in outputs}},
        )

    @staticmethod
    def _words(recipe: Recipe, key: str, scope: Scope, unit: BuildUnit, home: str) -> tuple[str, ...]:
        try:
            words = expand_all(recipe.library.get(key, ()), scope)
        except TemplateError as e:
            raise ForgeError(
                Problem(where=f"recipe {recipe.name}: library.{key}", what=f"{e}, for {unit.resolved.label}")
            ) from None
        return tuple(home if word == "." else f"{home}/{word}" for word in words)


def _is_given(file: GeneratedInput, words: Mapping[str, tuple[str, ...]], home: str) -> bool:
    """Whether an output is mentioned as what is given, as a whole or in parts."""
    path = f"{home}/{file.path}"
    return any(word == path or word.startswith(f"{path}/") for given in words.values() for word in given)


def with_linked_options(unit: BuildUnit, catalog: Catalog) -> BuildUnit:
    """The unit with those options of its libraries that count for a link, behind its own."""
    own = catalog.recipes[unit.resolved.recipe].options
    options: dict[str, OptionValue] = dict(unit.resolved.options)
    for name in (n for n, option in own.items() if option.shared == "link"):
        values = [unit.resolved.options.get(name, own[name].default), *_values(name, unit.libraries, catalog)]
        if words := dict.fromkeys(word for value in values for word in as_words(value)):
            options[name] = tuple(words)
    return msgspec.structs.replace(unit, resolved=msgspec.structs.replace(unit.resolved, options=options))


def _values(name: str, libraries: Iterable[BuildUnit], catalog: Catalog) -> Iterable[OptionValue | None]:
    """What libraries say of an option that their own recipe has."""
    for library in libraries:
        if name in catalog.recipes[library.resolved.recipe].options:
            yield library.resolved.options.get(name)
