"""Things to fetch from a server on loopback: archives, a Git repository, a registry of crates, one of npm packages."""

import base64
import gzip
import hashlib
import io
import json
import os
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.file_server import FileServer, Served
from wasmforge import process


def tar_gz(files: Mapping[str, str | bytes], top: str = "lib-1.0") -> bytes:
    """An archive of these files below one folder; a value that begins with `-> ` is a symbolic link."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(f"{top}/{name}" if top else name)
            if isinstance(content, str) and content.startswith("-> "):
                info.type, info.linkname = tarfile.SYMTYPE, content[3:]
                tar.addfile(info)
                continue
            data = content.encode() if isinstance(content, str) else content
            info.size, info.mode = len(data), 0o644
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(out.getvalue(), mtime=0)


def zip_of(files: Mapping[str, str]) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def git_repository(
    folder: Path, server: FileServer, commits: Sequence[Mapping[str, str | bytes]]
) -> tuple[str, list[str]]:
    """A repository with these commits, served as plain files and, below /git/, by Git's own server.

    Returns its address without `git/`, and the commits' ids.
    """
    work = folder / "work"
    work.mkdir(parents=True)
    names = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.test"}
    env = {
        **os.environ,
        **names,
        **{name.replace("AUTHOR", "COMMITTER"): value for name, value in names.items()},
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }

    def git(*words: str) -> str:
        done = process.run(["git", *words], cwd=work, env=env, timeout=60)
        assert done.ok, done.text
        return done.text.strip()

    git("init", "--quiet", "--initial-branch=main")
    ids: list[str] = []
    for files in commits:
        for name, content in files.items():
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        git("add", "--all")
        git("commit", "--quiet", "--message", "change")
        ids.append(git("rev-parse", "HEAD"))
    git("clone", "--quiet", "--bare", ".", str(folder / "lib.git"))
    git("--git-dir", str(folder / "lib.git"), "update-server-info")

    def from_folder(path: str) -> bytes | None:
        file = folder / path.lstrip("/").partition("?")[0]
        return file.read_bytes() if path.startswith("/lib.git/") and file.is_file() else None

    server.fallback = from_folder
    server.repositories = str(folder)
    return f"{server.url}/lib.git", ids


def crate_registry(server: FileServer, home: Path, name: str, version: str, crate: bytes) -> dict[str, str]:
    """A registry with one crate; the variables with which cargo takes it for the usual one."""
    prefix = f"{name[:2]}/{name[2:4]}" if len(name) > 3 else f"{len(name)}/{name[0]}"
    entry = {"name": name, "vers": version, "deps": [], "cksum": sha256(crate), "features": {}, "yanked": False}
    server.add("/index/config.json", json.dumps({"dl": f"{server.url}/dl/{{crate}}-{{version}}.crate"}).encode())
    server.add(f"/index/{prefix}/{name}", json.dumps(entry).encode())
    server.add(f"/dl/{name}-{version}.crate", crate)
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.toml").write_text(
        f'[source.crates-io]\nreplace-with = "near"\n[source.near]\nregistry = "sparse+{server.url}/index/"\n'
    )
    return {"CARGO_HOME": str(home)}


def npm_registry(server: FileServer, cache: Path, name: str, version: str, package: bytes) -> dict[str, str]:
    """A registry with one package; the variables with which npm asks it."""
    tarball = server.add(f"/npm/{name}/-/{name}-{version}.tgz", package)
    integrity = f"sha512-{base64.b64encode(hashlib.sha512(package).digest()).decode()}"
    told = {"name": name, "version": version, "dist": {"tarball": tarball, "integrity": integrity}}
    document = {"name": name, "dist-tags": {"latest": version}, "versions": {version: told}}
    server.files[f"/npm/{name}"] = Served(json.dumps(document).encode())
    return {"npm_config_registry": f"{server.url}/npm/", "npm_config_cache": str(cache)}
