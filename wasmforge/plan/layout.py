"""The paths of the files of a delivery in its folder."""

import shlex
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath

from wasmforge.errors import ForgeError, Problem
from wasmforge.model.plan import PlannedFile
from wasmforge.model.target import Target
from wasmforge.plan.paths import inner_path
from wasmforge.plan.recipes.template import TemplateError, expand_one
from wasmforge.plan.select import BuildUnit

Roles = dict[str, tuple[str, str]]
"""What each role is at present: the action that made it, and the path of its output."""


def planned_files(unit: BuildUnit, target: Target, roles: Roles) -> tuple[PlannedFile, ...]:
    """The files that `target` delivers, at their places. Raises ForgeError for a role or a place that cannot be."""
    s = unit.resolved
    missing = [r for r in target.delivers if r not in roles]
    if missing:
        what = (
            f"target {s.target!r} delivers {', '.join(missing)}, which recipe {s.recipe!r} does not make exactly one of"
        )
        hint = "add a pass that makes it to the target, or an output to the recipe"
        raise ForgeError(Problem(where=f"components.{s.name}", what=what, hint=hint))
    delivered = (*target.delivers, *(r for r in target.may_deliver if r in roles))
    if folder := next((r for r in delivered if roles[r][1].endswith("/")), None):
        what = f"target {s.target!r} delivers {folder}, which recipe {s.recipe!r} makes as a folder"
        raise ForgeError(Problem(where=f"components.{s.name}", what=what, hint="have a step pack it into one file"))
    paths = _paths(unit, target, delivered, roles)
    names = Counter(paths.values())
    folders = {str(above) for name in names for above in PurePosixPath(name).parents}
    if repeated := sorted(n for n, number in names.items() if number > 1 or n in folders):
        what = f"two files of target {s.target!r} lie at {repeated[0]}, and a delivery is one folder"
        raise ForgeError(Problem(where=f"components.{s.name}", what=what, hint="rename one in its recipe or pass"))
    return tuple(PlannedFile(role=r, name=n, action=roles[r][0], output=roles[r][1]) for r, n in paths.items())


def _paths(
    unit: BuildUnit, target: Target, delivered: tuple[str, ...], roles: Mapping[str, tuple[str, str]]
) -> dict[str, str]:
    """Each role's path in the delivered folder."""
    where = f"target {target.name}: layout"
    if unknown := [r for r in target.layout if r not in (*target.delivers, *target.may_deliver)]:
        raise ForgeError(Problem(where=f"{where}.{unknown[0]}", what="is not delivered", hint="name it in `delivers`"))
    paths: dict[str, str] = {}
    for role in delivered:
        try:
            said = expand_one(target.layout[role], {"name": (unit.resolved.name,)}) if role in target.layout else None
            paths[role] = inner_path(said or roles[role][1].rpartition("/")[2], "the path")
        except TemplateError as e:
            raise ForgeError(Problem(where=f"{where}.{role}", what=str(e), hint='"bin/{name}.wasm"')) from None
        if paths[role].endswith("/"):
            raise ForgeError(Problem(where=f"{where}.{role}", what="a file lies there, so no `/` at its end"))
    return paths


def run_line(target: Target, kind: str, folder: str, name: str, *, native: bool = False, files: bool = False) -> str:
    """The command line that starts a delivered program; empty where the target has none, and for what is no program.

    `native`: there is native code, which is what one then starts. `files`: there are files beside it. Words are quoted
    as a POSIX shell wants them.
    """
    if kind != "command":
        return ""
    line = ((native and target.run_aot) or target.run).replace("{files}", target.run_files if files else "")
    words = line.split()
    return shlex.join(w.replace("{folder}", folder).replace("{name}", name) for w in words)
