"""Decides whether a project's own catalog files may be run: they are code, and strangers may send them.

Nothing that they name is started before this has been asked. Starts nothing itself.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from wasmforge.app.trust_file import TrustFileContent, change_trusted, read_trusted, trust_file
from wasmforge.errors import ForgeError, Problem, UntrustedError
from wasmforge.model.base import Struct
from wasmforge.model.catalog import Catalog
from wasmforge.model.fingerprint import InputState
from wasmforge.model.toolchain import Origin
from wasmforge.model.trust import LocalCatalog, LocalFile, TrustedCatalog
from wasmforge.toolchains.origins import commands_before_use, files_beside

MAX_FILES = 5
"""Files that are named in an error."""

MAX_LISTED = 60
"""Characters of a command that are shown."""


class Trust(Struct, frozen=True, kw_only=True):
    """What a project brings to the catalog (None: nothing), and whether it may be run.

    `rests` is what that answer rests on. `before` is what was trusted of this project last, if anything; `problems`
    are why what is remembered could not be read.
    """

    root: Path
    local: LocalCatalog | None = None
    trusted: bool = True
    inputs: tuple[InputState, ...] = ()
    before: TrustedCatalog | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def refused(self) -> dict[str, str]:
        """By name, the files of the toolchains of which nothing may be started."""
        return {} if self.trusted or self.local is None else self.local.toolchains

    def demand(self) -> None:
        """Raises UntrustedError when what the project brings is not trusted."""
        if self.local is None or self.trusted:
            return
        hint = "`wasmforge trust` shows them and asks; --trust-project is for this run alone"
        others = [Problem(where=_some(paths), what=what, hint=hint) for paths, what in self._reasons(self.local)]
        raise UntrustedError(self.root, *self.problems, *others)

    def _reasons(self, local: LocalCatalog) -> Iterator[tuple[list[str], str]]:
        """The files that are not as they were trusted, and what is to be said of them."""
        before = self.before.files if self.before else {}
        when = f"since {self.before.date}, when it was trusted" if self.before else ""
        if new := [p for p in local.files if p not in before]:
            yield (
                [p for p in new if p in local.in_force] or new,
                "not trusted: what a project brings itself is not run unasked",
            )
        if changed := [p for p, digest in local.files.items() if p in before and before[p] != digest]:
            yield changed, f"not trusted: changed {when}"
        if gone := [p for p in before if p not in local.files]:
            yield gone, f"not trusted without it: gone {when}"


def trust_of(root: Path | None, catalog: Catalog, *, this_once: bool = False) -> Trust:
    """Whether the project's own catalog files may be run; `this_once`: the caller has said so."""
    if root is None or not catalog.local:
        return Trust(root=root or Path())
    local = local_catalog(root, catalog)
    if this_once:
        return Trust(root=root, local=local)
    path = trust_file()
    try:
        found = _believed(root, path)
    except ForgeError as e:
        return Trust(root=root, local=local, trusted=False, problems=e.problems)
    print_ = local.fingerprint
    return Trust(
        root=root,
        local=local,
        trusted=any(one.fingerprint == print_ for one in found.trusted),
        inputs=((str(path), found.digest),),
        before=next((one for one in reversed(found.trusted) if one.project == str(root)), None),
    )


def local_catalog(root: Path, catalog: Catalog) -> LocalCatalog:
    """What the project brings. Raises ForgeError when a file beside a toolchain's cannot be read."""
    files = {_shown(root, path): digest for path, digest in catalog.local.items()}
    toolchains: dict[str, str] = {}
    for thing, paths in catalog.lookup_order.items():
        kind, _, name = thing.partition(" ")
        if paths[0] not in catalog.local:
            continue
        if kind in ("recipe", "pass"):
            files.update({_shown(root, file.path): file.digest for file in catalog.files.get(name, {}).values()})
        if kind == "toolchain":
            toolchains[name] = _shown(root, paths[0])
            for index, origin in enumerate(catalog.toolchains[name].origins):
                file = catalog.origin_file(name, index)
                for path in files_beside(origin, Path(file)) if file in catalog.local else ():
                    if path.is_file():
                        files[_shown(root, str(path))] = _sha256(path)
    in_force = tuple(sorted(_shown(root, path) for path in catalog.local))
    return LocalCatalog(files=files, in_force=in_force, toolchains=toolchains)


def description(trust: Trust, catalog: Catalog) -> tuple[LocalFile, ...]:
    """Each file that the project brings: what became of it since it was trusted, and what is run because of it."""
    if trust.local is None:
        return ()
    known = trust.before.files if trust.before else {}
    runs = {_shown(trust.root, paths[0]): runs_of(thing, catalog) for thing, paths in catalog.lookup_order.items()}
    return tuple(
        LocalFile(
            path=path,
            state="trusted" if trust.trusted or known.get(path) == digest else "changed" if path in known else "new",
            runs=runs.get(path, ()),
        )
        for path, digest in sorted(trust.local.files.items())
    )


def runs_of(thing: str, catalog: Catalog) -> tuple[str, ...]:
    """The commands that a catalog file (as in `toolchain zig`) makes us run, shortened to what starts them."""
    kind, _, name = thing.partition(" ")
    match kind:
        case "toolchain":
            found = [line for origin in catalog.toolchains[name].origins for line in _origin_runs(origin)]
        case "recipe" | "pass":
            steps = (catalog.recipes if kind == "recipe" else catalog.passes)[name].steps
            found = [
                _programs_in(w for part in step.run for w in ([part] if isinstance(part, str) else part))
                for step in steps
            ]
        case "runtime":
            runtime = catalog.runtimes[name]
            found = [f"{runtime.tool or runtime.toolchain}, for tests"] if runtime.toolchain else []
        case _:
            found = []
    return tuple(dict.fromkeys(found))


def _origin_runs(origin: Origin) -> Iterator[str]:
    """Its tools, and what is asked of programs before that."""
    program = getattr(origin, "program", None)
    yield from (_programs_in(words) for words in commands_before_use(origin))
    for words in origin.tools.values():
        yield _programs_in(word.replace("{program}", program or "{program}") for word in words)


def _programs_in(words: Iterable[str]) -> str:
    """A command in one line, as much of it as a page has room for."""
    line = " ".join(words)
    return line if len(line) <= MAX_LISTED else f"{line[: MAX_LISTED - 1]}…"


def remember(root: Path, local: LocalCatalog) -> None:
    """Trust this content from now on. Raises ForgeError."""
    change_trusted(trust_file(), add=(trusted_now(root, local),))


def trusted_now(root: Path, local: LocalCatalog) -> TrustedCatalog:
    """What is remembered of a content that is trusted today."""
    from datetime import UTC, datetime

    day = datetime.now(UTC).strftime("%Y-%m-%d")
    return TrustedCatalog(fingerprint=local.fingerprint, project=str(root), date=day, files=local.files)


def revoke(root: Path, local: LocalCatalog | None) -> int:
    """Trust nothing that this project brings, or brought when it was trusted; how many contents that were."""
    path = trust_file()
    now = local.fingerprint if local else ""
    trusted = read_trusted(path).trusted
    gone = [one.fingerprint for one in trusted if one.project == str(root) or one.fingerprint == now]
    if gone:
        change_trusted(path, remove=gone)
    return len(gone)


def remembered() -> tuple[TrustedCatalog, ...]:
    """All contents that are trusted. Raises ForgeError."""
    return read_trusted(trust_file()).trusted


def where_remembered() -> Path:
    """The file in the user's configuration."""
    return trust_file()


def _believed(root: Path, path: Path) -> TrustFileContent:
    """What is remembered, unless the project itself could have brought that file along. Raises ForgeError."""
    if path.resolve().is_relative_to(root.resolve()):
        message = "lies in this project, and is not believed"
        raise ForgeError(Problem(where=str(path), what=message, hint="set XDG_CONFIG_HOME to a folder outside of it"))
    return read_trusted(path)


def _some(paths: Iterable[str]) -> str:
    """The first few of these."""
    listed = sorted(paths)
    more = f" and {len(listed) - MAX_FILES} more" if len(listed) > MAX_FILES else ""
    return f"{', '.join(listed[:MAX_FILES])}{more}"


def _shown(root: Path, path: str) -> str:
    """The path from the project's root, with `..` where it leads out."""
    return Path(os.path.relpath(path, root)).as_posix()


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as e:
        raise ForgeError(Problem(where=str(path), what=f"cannot be read: {(e.strerror or str(e)).lower()}")) from None
