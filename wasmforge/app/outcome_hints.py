"""Adds hints to failed smoke tests and loads: what the toolchain that made the module knows to say of the reason."""

import msgspec

from wasmforge.app.workspace import Workspace
from wasmforge.model.smoke import Outcome
from wasmforge.plan.resolve import recipe_name
from wasmforge.runner.hints import hints_for


def with_toolchain_hint(workspace: Workspace, outcome: Outcome) -> Outcome:
    """The outcome, with the hints of the recipe's toolchain where it failed."""
    declared = workspace.manifest.components.get(outcome.component)
    if outcome.status != "failed" or outcome.hint or declared is None:
        return outcome
    recipe = workspace.catalog.recipes.get(recipe_name(declared.component, outcome.target, workspace.catalog) or "")
    toolchain = workspace.catalog.toolchains.get(recipe.toolchain) if recipe else None
    hint = hints_for(outcome.reason, toolchain.hints) if toolchain else ""
    return msgspec.structs.replace(outcome, hint=hint) if hint else outcome
