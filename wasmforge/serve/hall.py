"""What stands in dist for one target, and its smoke tests, numbered; knows no HTTP."""

import hashlib
from pathlib import Path
from urllib.parse import quote

import msgspec

from wasmforge.errors import did_you_mean, usage
from wasmforge.ground import Ground, Settings, Tell
from wasmforge.model.exhibit import Exhibit, Exhibition, ShownFile, ShownTest
from wasmforge.model.smoke import Trial
from wasmforge.plan import Request, select
from wasmforge.smoke.prepare import title
from wasmforge.standing import standing
from wasmforge.trials import Pair

PAGE = "page"
"""What a test's outcome calls the browser that somebody looks at the page with."""


class Hall:
    """What is shown at one moment: the exhibition, and each test's trial by its number."""

    def __init__(self, settings: Settings, target: str, tell: Tell) -> None:
        """Look at dist. Raises ForgeError when the project or its record cannot be read."""
        ground = Ground(settings, tell, fetch=False)
        if target not in ground.catalog.targets:
            raise usage(f"unknown target {target!r}", hint=did_you_mean(target, [*ground.catalog.targets]))
        pairs, missing = standing(ground, select(ground.manifest, ground.catalog, Request(targets=(target,))))
        self.folder = ground.root / ground.manifest.build.dist / target
        self.trials: list[Trial] = []
        exhibits = tuple(self._exhibit(ground.root, pair) for pair in pairs)
        absent = tuple(p.where for p in missing)
        version = hashlib.sha256(msgspec.json.encode((exhibits, absent, _digests(pairs)))).hexdigest()[:16]
        self.exhibition = Exhibition(target=target, version=version, exhibits=exhibits, absent=absent)

    def entry(self, trial: Trial) -> str:
        """The address of the ES module that a trial is run on."""
        assert trial.glue is not None  # noqa: S101 - the page asks only where there is one
        path = Path(trial.glue).relative_to(self.folder)
        return "/" + quote(path.as_posix())

    def _exhibit(self, root: Path, pair: Pair) -> Exhibit:
        delivery, artifact = pair
        base = f"/{quote(delivery.component)}/"
        top = {f.role: f.name for f in artifact.files if "/" not in f.name}
        any_of = {f.role: f.name for f in reversed(artifact.files)}
        glue = top.get("glue")
        tests = []
        if glue and "module" in any_of:
            for smoke in delivery.smoke:
                tests.append(ShownTest(number=len(self.trials), title=title(smoke)))
                self.trials.append(
                    Trial(
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
        return Exhibit(
            name=delivery.component,
            profile=artifact.profile,
            entry=base + quote(glue) if glue else "",
            files=tuple(files),
            features=artifact.features,
            exports=artifact.exports,
            notes=artifact.notes,
            tests=tuple(tests),
        )


def _digests(pairs: list[Pair]) -> list[str]:
    return [file.sha256 for _, artifact in pairs for file in artifact.files]
