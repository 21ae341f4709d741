"""Raises ForgeError with every mistake of a project: in its files, between them, and in its sources."""

from collections.abc import Collection, Iterator
from contextlib import suppress

from wasmforge import config
from wasmforge.errors import ForgeError, Problem
from wasmforge.model.catalog import Catalog
from wasmforge.plan import file_lists, file_options, mistakes, option_words
from wasmforge.plan.recipes.template import TemplateError
from wasmforge.plan.resolve import targets_of
from wasmforge.plan.select import is_library, library_names, make_unit


def refuse_mistakes(draft: config.Draft, catalog: Catalog) -> None:
    """Raise ForgeError with every mistake of the project, in the order of its files."""
    project = draft.project
    problems_of_names, correct = mistakes(project.manifest, catalog, draft.flawed)
    problems = [*draft.problems, *config.with_lines(problems_of_names, project.root)]
    if not problems:
        return
    with suppress(TemplateError, KeyError):  # no plan can be made; the reason is among the problems already
        problems += config.with_lines(_missing_sources(project, catalog, correct), project.root)
    raise ForgeError(*config.in_order(problems))


def _missing_sources(project: config.Project, catalog: Catalog, correct: Collection[str]) -> Iterator[Problem]:
    """The problems with the sources of otherwise correct components, which a build would report next."""
    manifest = project.manifest
    for name in (n for n in manifest.components if n in correct and not is_library(manifest, n)):
        for target in targets_of(manifest.components[name], manifest, catalog):
            if any(n not in correct for n in library_names(manifest.components[name], manifest)):
                continue
            parts = make_unit(manifest, name, target, manifest.build.profile, catalog).parts
            for part in (p for p in parts if not p.declared.component.fetch):  # of these nobody knows the files yet
                recipe = catalog.recipes[part.resolved.recipe]
                named: list[config.Named] = [
                    *file_options(part, catalog),
                    *option_words(part, catalog),
                    *file_lists(part, catalog),
                ]
                key = (part.resolved.name, recipe.name)
                try:
                    config.load_snapshots(project, [(part.declared, recipe)], {key: named})
                except ForgeError as e:
                    yield from e.problems
