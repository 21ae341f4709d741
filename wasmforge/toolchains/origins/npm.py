"""Origin `npm`: packages from npm by a lock file with integrity hashes, in a folder of our own."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from wasmforge import process
from wasmforge.model.events import Provisioning, Waiting
from wasmforge.model.toolchain import NpmOrigin, ResolvedToolchain, Toolchain, described
from wasmforge.store.cache_dirs import make_folder
from wasmforge.store.file_io import NEW
from wasmforge.store.file_lock import project_lock
from wasmforge.toolchains.contents import contents, outermost
from wasmforge.toolchains.environment import npm_environment
from wasmforge.toolchains.installed_folder import is_as_installed, record_folder
from wasmforge.toolchains.origins.base import Finder, Note, OriginContext, OriginFound, OriginUnavailable

FILES = ("package.json", "package-lock.json")

TIMEOUT = 600.0
"""Seconds that fetching packages may take."""


class NpmFinder(Finder):
    """Packages of a lock file beside the toolchain's file."""

    def find(self, toolchain: Toolchain, origin: NpmOrigin, context: OriginContext, note: Note) -> OriginFound:
        """The packages of the lock file beside the toolchain's file, installed when they are not yet."""
        del note  # every kind of origin is called alike
        node = context.toolchains.get("node")
        if node is None:
            raise OriginUnavailable('the toolchain does not say needs = ["node"]')
        files = lock_files(context.file)
        for file in files:
            context.lookups.at(file)
        lock = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
        cache_dirs = context.cache_dirs.package_folders(f"{toolchain.name}-{lock}")
        folder = next((place for place in cache_dirs if is_as_installed(place)), None)
        if folder is None:
            folder = cache_dirs[0]
            why = "were changed since they were installed" if folder.is_dir() else "are not installed yet"
            if context.offline:
                raise OriginUnavailable(f"its npm packages {why}", "run once without --offline")
            if not context.fetch:
                raise OriginUnavailable(f"its npm packages {why}", "the next build installs them")
            with project_lock(
                context.cache_dirs.installing, lambda: context.emit(Waiting(what="another installation"))
            ):
                if not is_as_installed(folder):
                    context.emit(Provisioning(toolchain=toolchain.name, what=f"npm packages, which {why}"))
                    _install(context, node, folder)
        scope = {"origin": (str(folder),)}
        return OriginFound(
            description=f"npm lock {lock[:12]}, {described(node.identity)}",
            location=str(folder),
            scope=scope,
            contents=outermost((str(folder), *contents(origin, scope, (), context))),
        )

    def files(self, origin: NpmOrigin, file: Path) -> tuple[Path, ...]:
        """The lock file, and what it locks."""
        del origin
        return lock_files(file)

    def commands(self, origin: NpmOrigin) -> Iterator[tuple[str, ...]]:
        """The installation."""
        del origin
        yield ("npm", "ci")


def lock_files(toolchain: Path) -> tuple[Path, ...]:
    """The files beside a toolchain's that say which packages it is."""
    return tuple(toolchain.parent / name for name in FILES)


def _install(context: OriginContext, node: ResolvedToolchain, folder: Path) -> None:
    """`npm ci` into a folder beside the final one, then rename: a killed install leaves nothing behind."""
    make_folder(folder.parent)
    fresh = Path(tempfile.mkdtemp(prefix=f"{NEW}{os.getpid()}-", dir=folder.parent))
    try:
        for file in lock_files(context.file):
            shutil.copyfile(file, fresh / file.name)
        argv = (*node.tools["npm"], "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        done = process.run(argv, cwd=fresh, env=npm_environment(), timeout=TIMEOUT)
        if not done.ok:
            said = [line for line in done.text.splitlines() if line.strip()]
            last = f": {said[0].strip()}" if said else ""
            raise OriginUnavailable(
                f"npm ci: {done.reason(TIMEOUT)}{last}",
                "check the network and npm's registry setting; behind a company proxy set NODE_EXTRA_CA_CERTS",
            )
        if folder.exists():
            folder.rename(fresh.with_name(f"{fresh.name}-old"))
        fresh.rename(folder)
        record_folder(folder)
    except OSError as e:
        raise OriginUnavailable(f"npm cannot be run: {e}") from None
    finally:
        for left in (fresh, fresh.with_name(f"{fresh.name}-old")):
            shutil.rmtree(left, ignore_errors=True)
