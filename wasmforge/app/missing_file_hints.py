"""Adds hints to failures of tools that did not find a file: where in the project it is, or what makes it."""

import re
from collections.abc import Mapping

import msgspec

from wasmforge.app.workspace import Workspace
from wasmforge.config.listing import listing
from wasmforge.errors import ForgeError
from wasmforge.model.label import Label
from wasmforge.model.plan import Action
from wasmforge.model.report import Failure
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.plan.missing_file import SearchedFile, missing_file_hint
from wasmforge.plan.recipes.arity import targets_using

MAX_FILES = 3
"""Files that one failure is given hints about."""


class MissingFileHints:
    """Looks through the project when a tool of one of these toolchains does not find a file, once per build."""

    def __init__(self, workspace: Workspace, toolchains: Mapping[str, ResolvedToolchain]) -> None:
        self._workspace = workspace
        self._toolchains = toolchains
        self._files: dict[str, None] | None = None

    def __call__(self, action: Action, failure: Failure) -> Failure:
        """The failure, with what is known of the files that its tool did not find."""
        names = _missing(failure.output, self._toolchains[action.toolchain].missing_files)
        found = [self._hint(action, name) for name in names[:MAX_FILES]]
        hints = dict.fromkeys((*(hint for hint in found if hint), *failure.hint.splitlines()))
        return msgspec.structs.replace(failure, hint="\n".join(hints)) if any(found) else failure

    def _hint(self, action: Action, name: str) -> str:
        label = Label.parse(action.label)
        declared = self._workspace.manifest.components.get(label.component)
        snapshots = [s for s in self._workspace.snapshots if s.component == label.component]
        if declared is None or not snapshots:
            return ""
        catalog = self._workspace.catalog
        snapshot = next((s for s in snapshots if set(action.sources) <= set(s.files)), snapshots[0])
        language = declared.component.language
        fitting = [
            n
            for n, r in catalog.recipes.items()
            if language in r.languages and label.target in targets_using(r, catalog)
        ]
        searched = SearchedFile(
            name=name,
            folder=declared.folder,
            inputs=action.sources.keys(),
            known=snapshot.files.keys(),
            has_includes="includes" in catalog.recipes[snapshot.recipe].options,
            recipes=fitting,
        )
        return missing_file_hint(searched, self._project_files())

    def _project_files(self) -> dict[str, None]:
        """Every file of the project; listed when it is first asked for."""
        if self._files is None:
            try:
                self._files = listing(self._workspace.project, ".").files
            except ForgeError:
                self._files = {}
        return self._files


def _missing(output: str, patterns: tuple[str, ...]) -> list[str]:
    """The files that a tool did not find, each once, in the order in which it said so."""
    found = [match for pattern in patterns for match in re.finditer(pattern, output)]
    return list(dict.fromkeys(match["file"] for match in sorted(found, key=lambda match: match.start())))
