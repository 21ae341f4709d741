"""Which smoke tests of what was delivered are run in which runtimes, and with what; runs none itself."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from wasmforge import smoke
from wasmforge.errors import ForgeError, Problem, did_you_mean, usage
from wasmforge.ground import Ground
from wasmforge.model.artifact import Artifact
from wasmforge.model.plan import Delivery
from wasmforge.model.runtime import Absent, RuntimeFile
from wasmforge.model.smoke import Smoke, Trial
from wasmforge.model.toolchain import Kit

Pair = tuple[Delivery, Artifact]
"""What was promised, and what stands in dist for it."""


def hands_for(ground: Ground, delivered: Iterable[Pair]) -> smoke.Hands:
    """What the tests of these deliveries need: every toolchain that their runtimes come from, or why it is not here."""
    return hands_with(ground, dict.fromkeys(r for d, _ in delivered if d.smoke for r in d.runtimes))


def hands_with(ground: Ground, wanted: Iterable[str]) -> smoke.Hands:
    """The same for these runtimes."""
    files = ground.catalog.runtimes
    kits = {name: _kit(ground, name) for name in smoke.toolchains(wanted, files)}
    pictures = ground.project.state / "pictures"
    return smoke.Hands(cancel=ground.cancel, files=files, kits=kits, boxed=_boxed(kits), pictures=pictures)


def narrowed(ground: Ground, delivered: Iterable[Pair], runtimes: Sequence[str]) -> list[Pair]:
    """The same with these runtimes only, also those that run on request. Raises ForgeError for what is none of them."""
    known = ground.catalog.runtimes
    problems = [
        Problem(where="--runtime", what=f"no runtime {r!r}", hint=did_you_mean(r, [*known]))
        for r in runtimes
        if r not in known
    ]
    found = []
    for delivery, artifact in delivered:
        asleep = [r for r in ground.catalog.targets[delivery.target].runtimes if r in known and known[r].on_request]
        chosen = tuple(r for r in (*delivery.runtimes, *asleep) if r in runtimes)
        found.append((msgspec.structs.replace(delivery, runtimes=chosen), artifact))
    if problems:
        raise ForgeError(*problems)
    if found and not any(d.runtimes for d, _ in found):
        targets = sorted({d.target for d, _ in found})
        what = f"nothing that is asked for runs in {' or '.join(runtimes)}"
        raise usage(what, where="--runtime", hint=f"see the runtimes in `wasmforge target show {targets[0]}`")
    return found


def trials_of(ground: Ground, delivered: Sequence[Pair], hands: smoke.Hands) -> tuple[Trial, ...]:
    """Every smoke test of each delivery in every runtime of its target that can run it, for each of its variants."""
    return tuple(t for delivery, artifact in delivered for t in _trials(ground.root, delivery, artifact, hands))


def _trials(root: Path, delivery: Delivery, artifact: Artifact, hands: smoke.Hands) -> Iterable[Trial]:
    folder = root / delivery.folder
    for variant, names, runtimes in _to_run(delivery, artifact, hands):
        paths = {role: str(folder / name) for role, name in names.items()}
        for test in delivery.smoke:
            for runtime in _able(test, runtimes, hands):
                yield Trial(
                    label=delivery.label,
                    component=delivery.component,
                    target=delivery.target,
                    variant=variant,
                    runtime=runtime,
                    smoke=test,
                    module=paths["module"],
                    glue=paths.get("glue"),
                    aot=paths.get("aot"),
                    files=paths,
                    preopen=str(root / delivery.source_folder / test.preopen) if test.preopen else None,
                )


def _able(test: Smoke, runtimes: Sequence[str], hands: smoke.Hands) -> list[str]:
    """The runtimes that run such a test; where none does, the first of them, which will say so."""
    known = [r for r in runtimes if not _unmissed(hands.files.get(r), hands)]
    able = [r for r in known if r not in hands.files or test.kind in hands.files[r].tests]
    through_glue = [r for r in able if test.has_text and r in hands.files and not hands.files[r].alone]
    return through_glue or able or known[:1]


def _unmissed(file: RuntimeFile | None, hands: smoke.Hands) -> bool:
    """A runtime that is not there, and of which no word is to be lost."""
    return file is not None and file.when_there and hands.absent(file) is not None


def _to_run(
    delivery: Delivery, artifact: Artifact, hands: smoke.Hands
) -> Iterable[tuple[str, dict[str, str], tuple[str, ...]]]:
    """What can be run of a delivery: its variants, and what chooses among them; with paths by role, and runtimes."""
    if not delivery.variants:
        yield "", {f.role: f.name for f in artifact.files}, delivery.runtimes
        return
    inside = {v: {f.role: f.name for f in artifact.files if f.name.startswith(f"{v}/")} for v in delivery.variants}
    for variant, names in inside.items():
        yield variant, names, delivery.runtimes
    chooser = {f.role: f.name for f in artifact.files if f.name.partition("/")[0] not in delivery.variants}
    if "glue" in chooser:
        best = next(iter(inside.values()))
        alone = {name for name, file in hands.files.items() if file.alone}
        yield "", {**best, **chooser}, tuple(r for r in delivery.runtimes if r not in alone)


def _kit(ground: Ground, name: str) -> Kit | Absent:
    try:
        return ground.tools.kit(name)
    except ForgeError as e:
        problem = e.problems[0]
        return Absent(why=f"{name} {problem.what}", fix=problem.hint or f"wasmforge toolchain show {name}")


def _boxed(kits: dict[str, Kit | Absent]) -> smoke.Boxed | None:
    """The way into images, where one of the kits is in one."""
    if not any(isinstance(kit, Kit) and kit.image for kit in kits.values()):
        return None
    from wasmforge.execute.boxed import boxed

    return boxed
