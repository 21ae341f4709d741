"""Brings what components fetch into the store, and lays it out as files of their folders, before planning."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from wasmforge import config
from wasmforge.app.workspace import Workspace
from wasmforge.config.patterns import parse
from wasmforge.errors import Exit, ForgeError, Problem, did_you_mean
from wasmforge.fetch import published
from wasmforge.fetch.published import Archive, Means, PublishedError
from wasmforge.fetch.tree import (
    Identity,
    LayoutError,
    SourceTree,
    in_folder,
    patched,
    store_tree,
    stored_tree,
    stripped,
)
from wasmforge.model.base import Struct
from wasmforge.model.events import Downloading
from wasmforge.model.fetch import FETCH_FOLDER, Fetch, FetchedSource, LockedSource, is_address
from wasmforge.model.fingerprint import UNCHANGED
from wasmforge.model.lockfile import LockFile
from wasmforge.model.manifest import ProjectComponent
from wasmforge.model.plan import Snapshot, SourceFile
from wasmforge.model.root_paths import FROM_ROOT
from wasmforge.plan.checks.fetch import difference_of_lock
from wasmforge.safe_paths import read_below
from wasmforge.store.cache_dirs import cannot_write, make_folder
from wasmforge.store.store import Blob

PROGRESS_INTERVAL_S = 0.5
"""Seconds between two events about one download."""

MAX_NAMES = 200
"""How many files are looked through for a similar name."""

MAX_PATCH_BYTES = 16 << 20


class LaidOut(Struct, frozen=True, kw_only=True):
    """What one component fetches: its files by path from the component's folder, and a row for each source."""

    files: dict[str, SourceFile] = {}  # noqa: RUF012 - msgspec copies it
    sources: tuple[FetchedSource, ...] = ()


def lay_out(
    workspace: Workspace, components: Iterable[ProjectComponent], *, fetching: bool, lock: LockFile | None
) -> dict[str, LaidOut]:
    """The fetched files of each component that fetches any, by its name. With `fetching`, what is missing is fetched.

    `lock` is what must not be contradicted. Raises ForgeError with the problems of all sources: exit code 3 where this
    machine or the network cannot, 2 where the request is wrong.
    """
    problems: list[Problem] = []
    codes: set[Exit] = set()
    found: dict[str, LaidOut] = {}
    for declared in components:
        files: dict[str, SourceFile] = {}
        rows: list[FetchedSource] = []
        for name in declared.component.fetch:
            source = _Source(workspace, declared, name, lock, fetching=fetching)
            try:
                laid, row = source.lay_out()
                _merge(files, laid)
                rows.append(row)
            except PublishedError as e:
                where = f"{source.where}.{e.key}" if e.key else source.where
                problems.append(Problem(where=where, what=str(e), hint=e.hint))
                codes.add(e.exit_code)
            except ForgeError as e:
                problems += e.problems
                codes.add(e.exit_code)
        if rows:
            found[declared.name] = LaidOut(files=files, sources=tuple(rows))
    if problems:
        raise ForgeError(*problems, exit_code=Exit.MACHINE if codes == {Exit.MACHINE} else Exit.USAGE)
    return found


def damaged(workspace: Workspace, snapshots: Iterable[Snapshot]) -> bool:
    """Whether the store has lost a fetched file of these; what is damaged in it is deleted."""
    found = False
    for snapshot in snapshots:
        for path in snapshot.fetched:
            source = snapshot.files[path]
            found |= not workspace.store.has(Blob(digest=source.digest, size=source.size))
    return found


def _merge(files: dict[str, SourceFile], laid: Mapping[str, SourceFile]) -> None:
    if clash := next((path for path in laid if path in files), None):
        hint = "name another place: path = …"
        raise PublishedError(f"has {clash}, as another source has", hint, exit_code=Exit.USAGE)
    files.update(laid)


class _Source:
    """One source of one component."""

    def __init__(
        self, workspace: Workspace, declared: ProjectComponent, name: str, lock: LockFile | None, *, fetching: bool
    ) -> None:
        self.where = f"{declared.file}: components.{declared.name}.fetch.{name}"
        self._workspace = workspace
        self._declared = declared
        self._name = name
        self._fetch: Fetch = declared.component.fetch[name]
        self._lock = lock
        self._fetching = fetching

    def lay_out(self) -> tuple[dict[str, SourceFile], FetchedSource]:
        """Its files by path from the component's folder, and the row that tells of it."""
        tree, new = self._tree()
        locked = self._locked(tree)
        self._check_lock(locked)
        try:
            files = stripped(tree.outputs, self._fetch.strip)
            if self._fetch.folder:
                files = in_folder(files, self._fetch.folder)
            files = self._chosen(patched(self._workspace.store, files, self._patches()))
        except LayoutError as e:
            raise PublishedError(str(e), e.hint, key=e.key, exit_code=Exit.USAGE) from None
        place = PurePosixPath(self._fetch.path or f"{FETCH_FOLDER}/{self._name}")
        laid = {str(place / path): self._file(blob) for path, blob in sorted(files.items())}
        row = FetchedSource(
            component=self._declared.name,
            name=self._name,
            locked=locked,
            place=str(place),
            files=tuple(laid),
            size=sum(blob.size for blob in files.values()),
            new=new,
        )
        return laid, row

    def _tree(self) -> tuple[SourceTree, bool]:
        """What was published, and whether it was fetched just now."""
        store = self._workspace.store
        if self._local_archive is not None:
            with self._folder() as folder:
                archive = published.from_project(self._workspace.root, self._local_archive, folder / "archive")
                published.check_digest(self._fetch, archive)
                identity: Identity = ("archive", archive.sha256)
                return stored_tree(store, identity) or self._stored(archive, folder, (identity,)), False
        pin = self._pin()
        if pin is None and self._fetch.urls:
            self._tell_digest()
        identity = ("archive", pin) if pin else self._unpinned()
        if (tree := stored_tree(store, identity)) is not None:
            return tree, False
        if not self._fetching:
            fetch_it = f"`wasmforge fetch {self._declared.name}` fetches it"
            raise PublishedError(f"{self._fetch.source} is not fetched yet", fetch_it)
        with self._folder() as folder:
            archive = self._archive(folder)
            published.check_digest(self._fetch, archive)
            also = ("archive", archive.sha256) if archive.sha256 else identity
            return self._stored(archive, folder, tuple(dict.fromkeys((identity, also)))), True

    def _pin(self) -> str | None:
        """The SHA-256 that the archive must have, if forge.toml or forge.lock names it."""
        locked = self._entry()
        said = locked.sha256 if locked and locked.source == self._fetch.source and not self._fetch.urls else ""
        return (self._fetch.sha256 or said).lower() or None

    def _entry(self) -> LockedSource | None:
        return self._lock.fetched.get(self._declared.name, {}).get(self._name) if self._lock else None

    def _unpinned(self) -> Identity:
        fetch = self._fetch
        if fetch.git is not None:
            return ("git", fetch.git, str(fetch.rev))
        kind, name = ("crate", fetch.crate) if fetch.crate is not None else ("npm", fetch.npm)
        return (kind, str(name), fetch.said_version)

    def _tell_digest(self) -> None:
        """Raise the error for an address without a digest: with the digest, if fetching is permitted."""
        what = "names no sha256, so anybody who can change the file or the network decides what is built"
        if not self._fetching:
            hint = f"`wasmforge fetch {self._declared.name}` downloads it and says which to write"
            raise PublishedError(what, hint, exit_code=Exit.USAGE)
        self._tell(0, None)
        with self._folder() as folder:
            archive = published.from_address(self._fetch, self._means())
            self._stored(archive, folder, (("archive", archive.sha256),))
        hint = f'what is at {self._fetch.urls[0]} now has this one: sha256 = "{archive.sha256}"'
        raise PublishedError(what, hint, exit_code=Exit.USAGE)

    def _archive(self, folder: Path) -> Archive:
        """Fetch it."""
        fetch, means = self._fetch, self._means()
        self._tell(0, None)
        if fetch.git is not None:
            return published.from_git(fetch, folder, means)
        if fetch.crate is not None:
            return published.from_crates(fetch, folder, means)
        if fetch.npm is not None:
            return published.from_npm(fetch, folder, means)
        return published.from_address(fetch, means)

    def _stored(self, archive: Archive, folder: Path, identities: Sequence[Identity]) -> SourceTree:
        """Extract an archive and put its files into the store. A download is deleted afterwards."""
        try:
            size = archive.path.stat().st_size
            tree = published.unpack(archive, folder)
            stored = [store_tree(self._workspace.store, i, tree, archive.sha256) for i in identities]
            if archive.path.is_relative_to(self._downloads):
                archive.path.unlink(missing_ok=True)
        except OSError as e:
            raise cannot_write(folder, e) from None
        self._tell(size, size)
        return stored[0]

    def _locked(self, tree: SourceTree) -> LockedSource:
        return LockedSource(source=self._fetch.source, sha256=tree.sha256, tree="" if tree.sha256 else tree.digest)

    def _check_lock(self, found: LockedSource) -> None:
        entry = self._entry()
        strict = self._workspace.settings.locked
        if problem := difference_of_lock(self._declared.name, self._name, entry, found, strict=strict):
            raise ForgeError(problem)

    def _chosen(self, files: dict[str, Blob]) -> dict[str, Blob]:
        """The files that the patterns take."""
        if not self._fetch.files:
            return files
        chosen: dict[str, Blob] = {}
        for index, pattern in enumerate(self._fetch.files):
            parsed = parse(pattern)
            match = parsed.matcher()
            hits = [path for path in (chosen if parsed.excludes else sorted(files)) if match.fullmatch(path)]
            if not hits:
                what = f"{pattern!r} {'takes nothing away' if parsed.excludes else 'matches no file of it'}"
                raise LayoutError(f"files.{index}", what, did_you_mean(parsed.glob, [*files][:MAX_NAMES]))
            for path in hits:
                if parsed.excludes:
                    del chosen[path]
                else:
                    chosen[path] = files[path]
        return chosen

    def _patches(self) -> Iterator[tuple[int, bytes]]:
        """The patches in order, each with its number."""
        for index, written in enumerate(self._fetch.patches):
            path = self._from_root(written)
            self._note(path)
            try:
                yield index, read_below(self._workspace.root, path, MAX_PATCH_BYTES)
            except OSError as e:
                what = f"{written} cannot be read: {(e.strerror or str(e)).lower()}"
                raise LayoutError(
                    f"patches.{index}", what, "paths begin at the component's folder, or with //"
                ) from None

    @property
    def _local_archive(self) -> str | None:
        """The path from the root of an archive that is in the project."""
        urls = self._fetch.urls
        if not urls or is_address(urls[0]):
            return None
        path = self._from_root(urls[0])
        self._note(path)
        return path

    def _from_root(self, written: str) -> str:
        if written.startswith(FROM_ROOT):
            return written.removeprefix(FROM_ROOT)
        return str(PurePosixPath(self._declared.folder) / written)

    def _note(self, path: str) -> None:
        """Write down that this file of the project was looked at."""
        config.note(self._workspace.root / path, UNCHANGED)

    def _file(self, blob: Blob) -> SourceFile:
        """A file in the store; its path is absolute, since it is not in the project."""
        path = self._workspace.store.locate(blob) or self._workspace.store.blob_path(blob.digest)
        return SourceFile(path=str(path), digest=blob.digest, size=blob.size, executable=blob.executable)

    @property
    def _downloads(self) -> Path:
        return self._workspace.cache_dirs.cache / "downloads" / "archives"

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        """A folder for work, which is removed afterwards."""
        work = make_folder(self._workspace.cache_dirs.work)
        try:
            folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=work))
        except OSError as e:
            raise cannot_write(work, e) from None
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _means(self) -> Means:
        last = [0.0]

        def progress(done: int, total: int | None) -> None:
            if time.monotonic() - last[0] >= PROGRESS_INTERVAL_S:
                last[0] = time.monotonic()
                self._tell(done, total)

        return Means(
            downloads=self._downloads,
            client=self._client,
            cancel=self._workspace.cancel,
            progress=progress,
        )

    def _client(self, name: str) -> Sequence[str]:
        """The words that start git, cargo or npm; npm may be that of a toolchain."""
        if name == "npm" and "node" in self._workspace.catalog.toolchains:
            found, absent = self._workspace.tools.available(("node",))
            if "node" in found and "npm" in found["node"].tools:
                return found["node"].tools["npm"]
            if absent and (fix := absent["node"].fix):
                raise PublishedError(f"npm is not here: toolchain node {absent['node'].why}", fix)
        path = shutil.which(name)
        if path is None:
            raise PublishedError(f"needs {name}, which is not on PATH", f"install {name}, or name the archive by url")
        return (path,)

    def _tell(self, done: int, total: int | None) -> None:
        name = f"{self._declared.name}/{self._name}"
        self._workspace.emit(Downloading(name=name, what=self._fetch.source, done=done, total=total))
