"""Packages from npm, exactly as a lock file with integrity hashes says, in a folder of our own."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from wasmforge import process
from wasmforge.execute.origins.base import Context, Note, NotThere, There
from wasmforge.execute.places import make_folder
from wasmforge.execute.store import NEW
from wasmforge.model.events import Provisioning
from wasmforge.model.toolchain import Kit, Origin, Toolchain

FILES = ("package.json", "package-lock.json")

TIMEOUT = 600.0
"""Seconds that fetching packages may take."""


def npm(toolchain: Toolchain, origin: Origin, context: Context, note: Note) -> There:
    """The packages of the lock file beside the toolchain's file, installed when they are not yet."""
    del origin, note  # every kind of origin is called alike
    node = context.kits.get("node")
    if node is None:
        raise NotThere('the toolchain does not say needs = ["node"]')
    lock = hashlib.sha256(b"".join((context.file.parent / f).read_bytes() for f in FILES)).hexdigest()[:16]
    folder = context.places.packages / f"{toolchain.name}-{lock}"
    if not folder.is_dir():
        if context.offline:
            raise NotThere("its npm packages are not installed yet", "run once without --offline")
        if not context.fetch:
            raise NotThere("its npm packages are not installed yet", "the first build installs them")
        context.tell(Provisioning(toolchain=toolchain.name, what="npm packages"))
        _install(context, node, folder)
    identity = f"npm lock sha256:{lock}, {node.identity}"
    return There(identity=identity, location=str(folder), scope={"origin": (str(folder),)})


def _install(context: Context, node: Kit, folder: Path) -> None:
    """`npm ci` into a folder beside the final one, then rename: a killed install leaves nothing behind."""
    make_folder(folder.parent)
    fresh = Path(tempfile.mkdtemp(prefix=f"{NEW}{os.getpid()}-", dir=folder.parent))
    try:
        for name in FILES:
            shutil.copyfile(context.file.parent / name, fresh / name)
        argv = (*node.tools["npm"], "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        done = process.run(argv, cwd=fresh, env=dict(os.environ), timeout=TIMEOUT)
        if not done.ok:
            said = [line for line in done.text.splitlines() if line.strip()]
            last = f": {said[0].strip()}" if said else ""
            raise NotThere(
                f"npm ci: {done.reason(TIMEOUT)}{last}",
                "check the network and npm's registry setting; behind a company proxy set NODE_EXTRA_CA_CERTS",
            )
        if not folder.exists():
            fresh.rename(folder)
    except OSError as e:
        raise NotThere(f"npm cannot be run: {e}") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
