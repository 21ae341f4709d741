"""Expands the steps of a recipe or pass into actions; later steps see the outputs of earlier ones."""

from collections.abc import Mapping

from wasmforge.errors import ForgeError, Problem
from wasmforge.model.catalog import Catalog
from wasmforge.model.plan import Action, GeneratedInput, SourceFile
from wasmforge.model.recipe import Recipe, Step
from wasmforge.plan.layout import Roles
from wasmforge.plan.recipes.scope import base_scope, recipe_file_path
from wasmforge.plan.recipes.steps import Files
from wasmforge.plan.recipes.steps import step_actions as expand_step
from wasmforge.plan.recipes.template import Scope, TemplateError
from wasmforge.plan.select import BuildUnit


def recipe_files(recipe: Recipe, catalog: Catalog) -> dict[str, SourceFile]:
    """The files beside a recipe, by their path in an action's directory."""
    return {recipe_file_path(recipe.files[name]): file for name, file in catalog.files.get(recipe.name, {}).items()}


def run_steps(
    recipe: Recipe,
    unit: BuildUnit,
    base: str,
    names: Mapping[str, tuple[str, ...]],
    files: Files,
    always: tuple[str, ...],
    actions: dict[str, Action],
    roles: Roles,
) -> tuple[Scope, Files]:
    """Add the actions of one recipe or pass, in order of its steps, and the outputs to `roles`.

    Returns what all names stand for after the last step, and all files that there are then. Raises ForgeError.
    """
    scope = {**base_scope(recipe, unit.resolved), **names}
    files = dict(files)
    for step in recipe.steps:
        step_actions = _step_actions(recipe, step, unit, base, scope, files, always)
        scope.update({f"steps.{step.name}.{role}": () for role in step.outputs})
        for action in step_actions:
            _add(action, unit, files, actions)
            for role, path in zip(step.outputs, action.outputs, strict=True):
                key = f"steps.{step.name}.{role}"
                scope[key] = (*scope[key], path.rstrip("/"))
                roles[role] = (action.label, path)
        if len(step_actions) > 1:  # no single output is the role
            for role in step.outputs:
                del roles[role]
    return scope, files


def _add(action: Action, unit: BuildUnit, files: Files, actions: dict[str, Action]) -> None:
    """Add an action and its outputs. Raises ForgeError when an output would overwrite another file."""
    where = f"components.{unit.resolved.name}"
    if action.label in actions:
        raise ForgeError(
            Problem(where=where, what=f"two actions have the label {action.label}", hint="name each item once")
        )
    for output in action.outputs:
        path = output.rstrip("/")
        if existing := files.get(path) or file_inside(output, files):
            other = existing.path if isinstance(existing, SourceFile) else existing.action
            message = f"{action.label} would write {output} over that of {other}"
            raise ForgeError(Problem(where=where, what=message, hint="rename one of the files"))
        files[path] = GeneratedInput(path=path, action=action.label, output=output)
    actions[action.label] = action


def file_inside(output: str, files: Files) -> SourceFile | GeneratedInput | None:
    """A file that exists already in a folder which an action would make."""
    return next((f for p, f in files.items() if p.startswith(output)), None) if output.endswith("/") else None


def _step_actions(
    recipe: Recipe,
    step: Step,
    unit: BuildUnit,
    base: str,
    scope: Mapping[str, tuple[str, ...]],
    files: Files,
    always: tuple[str, ...],
) -> tuple[Action, ...]:
    try:
        return expand_step(recipe, step, base, scope, files, always)
    except TemplateError as e:
        problem = _recipe_problem(recipe, step, str(e))
        where = f"components.{unit.resolved.name}"
        raise ForgeError(problem, Problem(where=where, what=f"cannot be planned for {base}")) from None


def _recipe_problem(recipe: Recipe, step: Step, what: str) -> Problem:
    hint = f"`wasmforge recipe lint {recipe.name}` checks the whole recipe"
    return Problem(where=f"recipe {recipe.name}: steps.{step.name}", what=what, hint=hint)
