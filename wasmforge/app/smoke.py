"""Decides which smoke tests of a delivery run in which runtimes. Returns smoke runs; runs none itself."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from wasmforge import smoke
from wasmforge.app.workspace import Workspace
from wasmforge.delivery.known_aot import unknown_aot
from wasmforge.errors import ForgeError, unknown, usage_error
from wasmforge.model.artifact import Artifact
from wasmforge.model.plan import Delivery
from wasmforge.model.runtime import RuntimeFile, UnavailableRuntime
from wasmforge.model.smoke import Smoke, SmokeRun
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.plan.component_files import FOLDER, PACK

DeliveredPair = tuple[Delivery, Artifact]
"""A planned delivery, and what was delivered for it."""


def runtime_context(workspace: Workspace, delivered: Iterable[DeliveredPair]) -> smoke.RuntimeContext:
    """The context for the tests of these deliveries: the toolchains of their runtimes, or why one is missing."""
    pairs = list(delivered)
    testing = dict.fromkeys(r for d, _ in pairs if d.smoke for r in d.runtimes)
    return runtime_context_with(workspace, testing, loading=dict.fromkeys(r for d, _ in pairs for r in d.runtimes))


def runtime_context_with(
    workspace: Workspace, units: Iterable[str], *, loading: Iterable[str] = ()
) -> smoke.RuntimeContext:
    """The context for these runtimes. Those for load checks only are not fetched."""
    files, sandbox = workspace.catalog.runtimes, workspace.sandbox
    toolchains = {
        name: _toolchain_or_reason(workspace.tools.toolchain, name) for name in smoke.toolchains_of(units, files)
    }
    toolchains |= {
        name: _toolchain_or_reason(workspace.tools.here, name)
        for name in smoke.toolchains_of(loading, files)
        if name not in toolchains
    }
    screenshots = workspace.project.state / "pictures"
    return smoke.RuntimeContext(
        cancel=workspace.cancel,
        files=files,
        toolchains=toolchains,
        run_in_image=_image_runner(toolchains),
        screenshots=screenshots,
        sandbox=sandbox,
    )


def restrict_to_runtimes(
    workspace: Workspace, delivered: Iterable[DeliveredPair], runtimes: Sequence[str]
) -> list[DeliveredPair]:
    """The deliveries with these runtimes only, also those on request. Raises ForgeError for an unknown name."""
    known = workspace.catalog.runtimes
    problems = [unknown("runtime", r, known, where="--runtime") for r in runtimes if r not in known]
    restricted = []
    for delivery, artifact in delivered:
        on_request = [
            r for r in workspace.catalog.targets[delivery.target].runtimes if r in known and known[r].on_request
        ]
        chosen = tuple(r for r in (*delivery.runtimes, *on_request) if r in runtimes)
        restricted.append((msgspec.structs.replace(delivery, runtimes=chosen), artifact))
    if problems:
        raise ForgeError(*problems)
    if restricted and not any(d.runtimes for d, _ in restricted):
        targets = sorted({d.target for d, _ in restricted})
        message = f"no selected component runs in {' or '.join(runtimes)}"
        raise usage_error(message, where="--runtime", hint=f"see the runtimes in `wasmforge target show {targets[0]}`")
    return restricted


def plan_smoke_runs(
    workspace: Workspace, delivered: Sequence[DeliveredPair], context: smoke.RuntimeContext
) -> tuple[SmokeRun, ...]:
    """Every smoke test of each delivery in every runtime of its target that can run it, for each of its variants."""
    return tuple(
        smoke_run
        for delivery, artifact in delivered
        for smoke_run in _smoke_runs(
            workspace.root, delivery, artifact, context, unknown_aot(workspace.store, artifact)
        )
    )


def _smoke_runs(
    root: Path, delivery: Delivery, artifact: Artifact, context: smoke.RuntimeContext, unknown: Sequence[str]
) -> Iterable[SmokeRun]:
    """The smoke runs of one delivery. Native code in `unknown` was not compiled by a build here, and is not run."""
    folder = root / delivery.folder
    delivered = {file.name: file.sha256 for file in artifact.files}
    for variant, names, runtimes in runs_needed(delivery, artifact, context):
        paths = {role: str(folder / name) for role, name in names.items()}
        own_files = str(folder / FOLDER) if FOLDER in {f.role for f in artifact.files} else paths.get(PACK)
        for test in delivery.smoke:
            for runtime in _runtimes_for(test, runtimes, context):
                yield SmokeRun(
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
                    folder=str(folder),
                    delivered=delivered,
                    refused=_refused(names.get("aot", ""), unknown) if _runs_native(runtime, context) else "",
                    host=delivery.host,
                    own_files=own_files,
                    preopen=str(root / delivery.source_folder / test.preopen) if test.preopen else None,
                )


def _runs_native(runtime: str, context: smoke.RuntimeContext) -> bool:
    return runtime in context.files and context.files[runtime].runs == "aot"


def _refused(name: str, unknown: Sequence[str]) -> str:
    if name not in unknown:
        return ""
    return f"{name} is not native code that a build here made, so it is not run: build again"


def _runtimes_for(test: Smoke, runtimes: Sequence[str], context: smoke.RuntimeContext) -> list[str]:
    """The runtimes that can run such a test; where none can, the first, which then reports that."""
    known = [r for r in runtimes if not _absent_optional(context.files.get(r), context)]
    capable = [r for r in known if r not in context.files or test.kind in context.files[r].tests]
    through_glue = [
        r for r in capable if test.has_text and r in context.files and not context.files[r].without_javascript
    ]
    return through_glue or capable or known[:1]


def _absent_optional(file: RuntimeFile | None, context: smoke.RuntimeContext) -> bool:
    """Whether the runtime is optional and not installed."""
    return file is not None and file.optional and context.unavailable(file) is not None


def runs_needed(
    delivery: Delivery, artifact: Artifact, context: smoke.RuntimeContext
) -> Iterable[tuple[str, dict[str, str], tuple[str, ...]]]:
    """The parts of a delivery that can be run: each variant, and the JavaScript that chooses among them.

    Each is the variant's name, paths by role, and the runtimes that run it.
    """
    if not delivery.variants:
        yield "", {f.role: f.name for f in artifact.files}, delivery.runtimes
        return
    inside = {v: {f.role: f.name for f in artifact.files if f.name.startswith(f"{v}/")} for v in delivery.variants}
    for variant, names in inside.items():
        yield variant, names, delivery.runtimes
    chooser = {f.role: f.name for f in artifact.files if f.name.partition("/")[0] not in delivery.variants}
    if "glue" in chooser:
        best = next(iter(inside.values()))
        without_javascript = {name for name, file in context.files.items() if file.without_javascript}
        yield "", {**best, **chooser}, tuple(r for r in delivery.runtimes if r not in without_javascript)


def _toolchain_or_reason(find: Callable[[str], ResolvedToolchain], name: str) -> ResolvedToolchain | UnavailableRuntime:
    try:
        return find(name)
    except ForgeError as e:
        problem = e.problems[0]
        return UnavailableRuntime(why=f"{name} {problem.what}", fix=problem.hint or f"wasmforge toolchain show {name}")


def _image_runner(toolchains: dict[str, ResolvedToolchain | UnavailableRuntime]) -> smoke.RunInImage | None:
    """The function that runs a command in an image, where one of the toolchains is in one."""
    if not any(isinstance(toolchain, ResolvedToolchain) and toolchain.image for toolchain in toolchains.values()):
        return None
    from wasmforge.containers.run_in_image import run_in_image

    return run_in_image
