"""Brings the files of one source into a folder: from an address, Git, or a registry of crates or npm packages.

Registries and repositories are asked by their own clients, so their mirrors, proxies, certificates and passwords are
those that the user has set for them. The clients run with the user's rights and environment, as on a terminal, in a
folder in which no settings of a project are found, and none of them runs what it fetched.
"""

import hashlib
import itertools
import os
import re
import shutil
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from wasmforge import process
from wasmforge.errors import Exit
from wasmforge.model.fetch import Fetch
from wasmforge.process import CancelToken
from wasmforge.safe_paths import open_below

Progress = Callable[[int, int | None], None]
"""See `download.Progress`."""

CLIENT_TIMEOUT_S = 900.0
"""Seconds that git, cargo or npm may take."""

NEUTRAL_FOLDER = Path("/")
"""Where clients work: they look for settings in their folder and all above it, and here are none of a project."""

REPOSITORY_VARIABLES = re.compile(r"GIT_(DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|NAMESPACE|PREFIX)")
"""Variables that name another repository than ours."""

GIT_OPTIONS = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.attributesFile=/dev/null")

SHA256_DIGITS = 64
"""Digits of a commit in a repository that names its objects by SHA-256."""

GIT_ATTRIBUTES = "* -text -ident -filter -working-tree-encoding -export-ignore -export-subst\n"
"""Files are taken as they were committed, whatever the repository or the user's settings say of them."""


class PublishedError(Exception):
    """The source cannot be had: `key` is what of its table is wrong (empty: nothing in particular).

    The message is one line. `exit_code` tells a wrong request from a machine or a network that cannot.
    """

    def __init__(self, what: str, hint: str = "", *, key: str = "", exit_code: Exit = Exit.MACHINE) -> None:
        super().__init__(what)
        self.hint = hint
        self.key = key
        self.exit_code = exit_code


@dataclass(frozen=True, kw_only=True)
class Means:
    """What fetching has: a folder for downloads, the words that start a client, and who is told.

    `client` raises PublishedError where a client is not on this machine.
    """

    downloads: Path
    client: Callable[[str], Sequence[str]]
    cancel: CancelToken
    progress: Progress


@dataclass(frozen=True, kw_only=True)
class Archive:
    """An archive that is here, with the SHA-256 of its bytes; empty for one that is made of a Git commit."""

    path: Path
    sha256: str


def from_address(fetch: Fetch, means: Means) -> Archive:
    """Download the archive of `url`. Without a `sha256` whatever comes is taken, and the caller judges it."""
    from wasmforge.fetch.download import DigestMismatchError, DownloadError, download  # most builds download nothing

    wanted = fetch.sha256.lower() if fetch.sha256 else None
    name = wanted or f"unknown-{hashlib.sha256(repr(fetch.urls).encode()).hexdigest()[:32]}"
    try:
        found = download(
            fetch.urls, means.downloads / name, sha256=wanted, progress=means.progress, cancel=means.cancel
        )
    except DigestMismatchError as e:
        hint = f'if it was replaced on purpose, write sha256 = "{e.found}"'
        raise PublishedError(str(e), hint, key="sha256", exit_code=Exit.USAGE) from None
    except DownloadError as e:
        raise PublishedError(str(e), e.hint, key="url") from None
    return Archive(path=found.path, sha256=found.sha256)


def from_project(root: Path, path: str, into: Path) -> Archive:
    """Copy an archive of the project, reached without following links. Raises PublishedError."""
    inner = PurePosixPath(path)
    try:
        with (
            open_below(root, inner.parent) as folder,
            os.fdopen(folder.open_file(inner.name), "rb") as file,
            into.open("xb") as copy,
        ):
            shutil.copyfileobj(file, copy)
    except OSError as e:
        what = f"{path} cannot be read: {(e.strerror or str(e)).lower()}"
        raise PublishedError(what, key="url", exit_code=Exit.USAGE) from None
    return Archive(path=into, sha256=sha256_of(into))


def from_git(fetch: Fetch, folder: Path, means: Means) -> Archive:
    """Fetch one commit into a repository of our own, and write its files as an archive."""
    repository, archive = folder / "git", folder / "archive.tar"
    git = (*means.client("git"), *GIT_OPTIONS)
    env = {name: value for name, value in os.environ.items() if not REPOSITORY_VARIABLES.fullmatch(name)}
    env.update(GIT_TERMINAL_PROMPT="0", GIT_ALLOW_PROTOCOL="http:https:ssh", LC_ALL="C")
    env.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
    address, rev = str(fetch.git), str(fetch.rev)
    hash_words = ("--object-format=sha256",) if len(rev) == SHA256_DIGITS else ()
    _run((*git, "init", "--quiet", "--bare", *hash_words, str(repository)), env, means, "git")
    (repository / "info").mkdir(exist_ok=True)
    (repository / "info/attributes").write_text(GIT_ATTRIBUTES)
    here = (*git, f"--git-dir={repository}")
    shallow = _start((*here, "fetch", "--quiet", "--no-tags", "--depth=1", address, rev), env, means)
    if not shallow.ok:  # a server may give no single commits: then all of them
        _run((*here, "fetch", "--quiet", "--no-tags", address, "+refs/*:refs/all/*"), env, means, "git")
    if not _start((*here, "cat-file", "-e", f"{rev}^{{commit}}"), env, means).ok:
        hint = "is it a commit of this repository, and pushed?"
        raise PublishedError(f"{address} has no commit {rev}", hint, key="rev", exit_code=Exit.USAGE)
    _run((*here, "archive", "--format=tar", f"--output={archive}", rev), env, means, "git")
    return Archive(path=archive, sha256="")


def from_crates(fetch: Fetch, folder: Path, means: Means) -> Archive:
    """Let cargo download a crate, and verify the archive in its cache by the checksum that it wrote into Cargo.lock.

    Cargo downloads the crates that this one needs as well.
    """
    name, version = str(fetch.crate), fetch.said_version
    package = folder / "package"
    (package / "src").mkdir(parents=True)
    (package / "src/lib.rs").touch()
    (package / "Cargo.toml").write_text(
        '[package]\nname = "wasmforge-fetch"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n'
        f'[dependencies]\n"{name}" = {{ version = "={version}", default-features = false }}\n'
    )
    env = {**os.environ, "CARGO_TERM_COLOR": "never", "CARGO_TERM_PROGRESS_WHEN": "never"}
    _run((*means.client("cargo"), "fetch", "--manifest-path", str(package / "Cargo.toml")), env, means, "cargo")
    locked = tomllib.loads((package / "Cargo.lock").read_text())["package"]
    checksum = next((p.get("checksum") for p in locked if (p["name"], p["version"]) == (name, version)), None)
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    for path in sorted(home.glob(f"registry/cache/*/{name}-{version}.crate")):
        if sha256_of(path) == checksum:
            return Archive(path=path, sha256=checksum)
    hint = "a registry that is a folder on this disk keeps none: name the archive by url and sha256"
    raise PublishedError(f"cargo has fetched crate {name} {version}, but keeps no archive of it", hint)


def from_npm(fetch: Fetch, folder: Path, means: Means) -> Archive:
    """Let npm download a package, which it verifies by the integrity that the registry tells."""
    wanted = f"{fetch.npm}@{fetch.said_version}"
    words = ("pack", wanted, "--ignore-scripts", "--loglevel=error", "--pack-destination", str(folder))
    _run((*means.client("npm"), *words), dict(os.environ), means, "npm")
    archives = sorted(folder.glob("*.tgz"))
    if len(archives) != 1:
        raise PublishedError(f"npm has fetched {wanted}, but left {len(archives)} archives", "is npm 7 or later?")
    return Archive(path=archives[0], sha256=sha256_of(archives[0]))


def unpack(archive: Archive, folder: Path) -> Path:
    """Extract an archive below a folder of ours, and return where. Raises PublishedError."""
    from wasmforge.fetch.archive import ArchiveError, extract

    tree = folder / "tree"
    try:
        extract(archive.path, tree, strip=0)
    except ArchiveError as e:
        raise PublishedError(f"the archive {e}", exit_code=Exit.USAGE) from None
    return tree


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_digest(fetch: Fetch, archive: Archive) -> None:
    """Raise PublishedError when forge.toml names another SHA-256 than that of the archive."""
    if fetch.sha256 is not None and fetch.sha256.lower() != archive.sha256:
        what = f"{fetch.source} has SHA-256 {archive.sha256}, expected {fetch.sha256}"
        hint = f'if that is right, write sha256 = "{archive.sha256}"'
        raise PublishedError(what, hint, key="sha256", exit_code=Exit.USAGE)


def _run(argv: Sequence[str], env: dict[str, str], means: Means, client: str) -> None:
    """Run a client to its end. Raises PublishedError with what it says is wrong."""
    done = _start(argv, env, means)
    if not done.ok:
        raise _client_failed(client, done)


def _start(argv: Sequence[str], env: dict[str, str], means: Means) -> process.ProcessResult:
    try:
        return process.run(argv, cwd=NEUTRAL_FOLDER, env=env, timeout=CLIENT_TIMEOUT_S, cancel=means.cancel)
    except OSError as e:
        raise PublishedError(f"{argv[0]} cannot be started: {e.strerror}") from None


PROBLEM_LINE = re.compile(r"(?:npm (?:ERR!|error)|error:|fatal:)\s*", re.IGNORECASE)

CAUSE_LINE = "Caused by:"
"""What cargo prints before a line that tells the reason for the line before."""


def _client_failed(client: str, done: process.ProcessResult) -> PublishedError:
    """What the client says is wrong, in one line: the first problem, and the last reason for it."""
    lines = [line.strip() for line in done.text.splitlines() if line.strip()]
    told = [PROBLEM_LINE.sub("", line) for line in lines if PROBLEM_LINE.match(line)]
    told = [line for line in told if line and not line.startswith("code ")] or lines[-1:]
    causes = [after for line, after in itertools.pairwise(lines) if line == CAUSE_LINE]
    said = "; ".join(dict.fromkeys((*told[:1], *causes[-1:])))
    what = "interrupted" if done.cancelled else f"{client}: {said or done.reason(CLIENT_TIMEOUT_S)}"
    return PublishedError(what, f"try it with `{client}` itself: its settings of registries and proxies count")
