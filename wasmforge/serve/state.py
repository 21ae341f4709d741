"""Reads the delivered components of one target and their smoke tests, by number. Returns the state of the site."""

import hashlib
from pathlib import Path
from urllib.parse import quote

import msgspec

from wasmforge.app.delivered import find_delivered
from wasmforge.app.smoke import DeliveredPair
from wasmforge.app.workspace import EventSink, Settings, Workspace
from wasmforge.delivery.deliver import open_dist
from wasmforge.errors import ForgeError, unknown
from wasmforge.model.site import ComponentView, ShownFile, ShownTest, SiteIndex
from wasmforge.model.smoke import SmokeRun
from wasmforge.plan import Request, dist_of, select
from wasmforge.safe_paths import Directory
from wasmforge.smoke.job import title_of

PAGE = "page"
"""The runtime in outcomes of tests that ran in the user's browser."""


class SiteState:
    """What the site shows at one moment: the index, and the smoke runs by number."""

    def __init__(self, settings: Settings, target: str, emit: EventSink, profile: str | None = None) -> None:
        """Read dist. Raises ForgeError when the project or its manifest cannot be read."""
        workspace = Workspace(settings, emit, fetch=False)
        if target not in workspace.catalog.targets:
            raise ForgeError(unknown("target", target, workspace.catalog.targets))
        request = Request(targets=(target,), profile=profile)
        pairs, missing = find_delivered(workspace, select(workspace.manifest, workspace.catalog, request))
        build = workspace.manifest.build
        self._root, self._dist = workspace.root, dist_of(build, profile or build.profile)
        self.folder = workspace.root / self._dist / target
        self.smoke_runs: list[SmokeRun] = []
        components = tuple(self._component_view(workspace.root, pair) for pair in pairs)
        absent = tuple(p.where for p in missing)
        version = hashlib.sha256(msgspec.json.encode((components, absent, _digests(pairs)))).hexdigest()[:16]
        self.index = SiteIndex(target=target, version=version, components=components, absent=absent)

    def open(self) -> Directory:
        """The folder that is served, which the caller closes. Raises OSError and ForgeError."""
        with open_dist(self._root, self._dist) as dist:
            return dist.open_directory(self.folder.name)

    def entry(self, smoke_run: SmokeRun) -> str:
        """The address of the ES module that a test runs."""
        assert smoke_run.glue is not None  # noqa: S101 - only components with glue have tests here
        path = Path(smoke_run.glue).relative_to(self.folder)
        return "/" + quote(path.as_posix())

    def _component_view(self, root: Path, pair: DeliveredPair) -> ComponentView:
        delivery, artifact = pair
        base = f"/{quote(delivery.component)}/"
        top = {f.role: f.name for f in artifact.files if "/" not in f.name}
        any_of = {f.role: f.name for f in reversed(artifact.files)}
        glue = top.get("glue")
        tests = []
        if glue and "module" in any_of:
            for smoke in delivery.smoke:
                tests.append(ShownTest(number=len(self.smoke_runs), title=title_of(smoke)))
                self.smoke_runs.append(
                    SmokeRun(
                        label=delivery.label,
                        component=delivery.component,
                        target=delivery.target,
                        runtime=PAGE,
                        smoke=smoke,
                        module=str(root / delivery.folder / any_of["module"]),
                        glue=str(root / delivery.folder / glue),
                    )
                )
        files = (ShownFile(name=f.name, url=base + quote(f.name), size=f.size, gzip=f.gzip) for f in artifact.files)
        return ComponentView(
            name=delivery.component,
            profile=artifact.profile,
            entry=base + quote(glue) if glue else "",
            files=tuple(files),
            features=artifact.features,
            exports=artifact.exports,
            notes=artifact.notes,
            tests=tuple(tests),
        )


def _digests(pairs: list[DeliveredPair]) -> list[str]:
    return [file.sha256 for _, artifact in pairs for file in artifact.files]
