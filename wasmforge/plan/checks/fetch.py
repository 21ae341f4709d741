"""Checks what components fetch: one kind of source each, pinned, with the keys that belong to it; and forge.lock."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from wasmforge.errors import Problem
from wasmforge.model.fetch import Fetch, LockedSource, is_address
from wasmforge.model.names import UNPRINTABLE

KINDS = ("url", "git", "crate", "npm")

KEYS = {"sha256": ("url", "crate", "npm"), "rev": ("git",), "version": ("crate", "npm")}
"""The keys that only some kinds have."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

SHA256 = re.compile(r"[0-9a-fA-F]{64}")

REV = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

CRATE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

PACKAGE = re.compile(r"(?:@[a-z0-9][a-z0-9._-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*")

VERSION = re.compile(r"=? ?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")

GIT_SCHEMES = ("https", "http", "ssh")

SCP_LIKE = re.compile(r"[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:[^-/][^:]*")
"""`git@host:path`, as ssh has it."""


def check_fetches(where: str, fetches: dict[str, Fetch]) -> Iterator[Problem]:
    """Every mistake of a component's table `fetch`; `where` is the component's."""
    for name, fetch in fetches.items():
        place = f"{where}.fetch.{name}"
        if not NAME.fullmatch(name):
            yield Problem(where=place, what=f"{name!r} cannot be the name of a source", hint="letters, digits, - and _")
        yield from _check(place, fetch)


def difference_of_lock(
    component: str, name: str, locked: LockedSource | None, found: LockedSource, *, strict: bool
) -> Problem | None:
    """The problem of a source that is not what forge.lock says: of the same source always, of any if `strict`."""
    if locked == found or not (strict or (locked is not None and locked.source == found.source)):
        return None
    where = f"forge.lock: fetched.{component}.{name}"
    if locked is None:
        return Problem(where=where, what="is not locked", hint="run `wasmforge lock` and commit the change")
    what = f"is {_described(found)}, locked is {_described(locked)}"
    hint = "what was published has changed: find out why; `wasmforge lock` accepts it"
    if locked.source != found.source:
        hint = "run `wasmforge lock` and commit the change"
    return Problem(where=where, what=what, hint=hint)


def _described(locked: LockedSource) -> str:
    return f"{locked.source} ({f'sha256 {locked.sha256}' if locked.sha256 else f'tree {locked.tree}'})"


def _check(where: str, fetch: Fetch) -> Iterator[Problem]:
    kinds = [kind for kind in KINDS if getattr(fetch, kind) is not None]
    if len(kinds) != 1:
        what = f"names {' and '.join(kinds)}, and a source has one of them" if kinds else "names no source"
        yield Problem(
            where=where, what=what, hint="one of: url (with sha256), git (with rev), crate, npm (with version)"
        )
        return
    (kind,) = kinds
    for key, of in KEYS.items():
        if getattr(fetch, key) is not None and kind not in of:
            hint = f"a key of: {', '.join(of)}"
            yield Problem(where=f"{where}.{key}", what=f"belongs to no source from {kind}", hint=hint)
    if fetch.sha256 is not None and not SHA256.fullmatch(fetch.sha256):
        hint = "64 hexadecimal digits; leave it out and `wasmforge fetch` says which"
        yield Problem(where=f"{where}.sha256", what=f"{fetch.sha256!r} is no SHA-256", hint=hint)
    yield from {"url": _url, "git": _git, "crate": _package, "npm": _package}[kind](where, fetch)
    yield from _paths(where, fetch)


def _url(where: str, fetch: Fetch) -> Iterator[Problem]:
    if not fetch.urls:
        yield Problem(where=f"{where}.url", what="names no address")
    if len(fetch.urls) > 1 and not all(is_address(url) for url in fetch.urls):
        hint = "a path names one archive, and nothing is asked for it"
        yield Problem(where=f"{where}.url", what="has a path of the project among addresses", hint=hint)
        return
    for index, url in enumerate(fetch.urls):
        place = f"{where}.url" if isinstance(fetch.url, str) else f"{where}.url.{index}"
        if is_address(url):
            yield from _address(place, url, ("https", "http"), "a path of the project names an archive that is in it")
        elif problem := _inner(place, url, "an archive of the project, or an address of https"):
            yield problem


def _git(where: str, fetch: Fetch) -> Iterator[Problem]:
    address = fetch.git or ""
    if not SCP_LIKE.fullmatch(address):
        yield from _address(f"{where}.git", address, GIT_SCHEMES, "an address of https or ssh")
    if fetch.rev is None or not REV.fullmatch(fetch.rev):
        what = f"{fetch.rev!r} is no whole commit" if fetch.rev is not None else "names no commit: rev is missing"
        place = where if fetch.rev is None else f"{where}.rev"
        hint = "all 40 digits: a branch, a tag or a short commit may be another one tomorrow"
        yield Problem(where=place, what=what, hint=hint)


def _package(where: str, fetch: Fetch) -> Iterator[Problem]:
    kind, name, pattern = ("crate", fetch.crate, CRATE) if fetch.crate is not None else ("npm", fetch.npm, PACKAGE)
    if not pattern.fullmatch(name or ""):
        yield Problem(where=f"{where}.{kind}", what=f"{name!r} is no name of a package")
    if fetch.version is None:
        yield Problem(where=where, what="version is missing", hint='the one version: version = "1.2.3"')
    elif not VERSION.fullmatch(fetch.version):
        what = f"{fetch.version!r} is not one version"
        yield Problem(where=f"{where}.version", what=what, hint='all of it, and no range: version = "1.2.3"')


def _address(where: str, url: str, schemes: tuple[str, ...], hint: str) -> Iterator[Problem]:
    from urllib.parse import urlsplit  # most projects fetch nothing

    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as e:
        yield Problem(where=where, what=f"{url!r} is no address: {e}", hint=hint)
        return
    if parts.scheme not in schemes or not host or UNPRINTABLE.search(url) or " " in url or host.startswith("-"):
        yield Problem(where=where, what=f"{url!r} is no address of {' or '.join(schemes)}", hint=hint)
    elif parts.password is not None or (parts.username is not None and parts.scheme != "ssh"):
        what = "has a name or a password in the address, which everybody can read here"
        yield Problem(where=where, what=what, hint="git and npm have settings of their own for these")


def _paths(where: str, fetch: Fetch) -> Iterator[Problem]:
    if fetch.path is not None and (problem := _inner(f"{where}.path", fetch.path, "a folder of the component")):
        yield problem
    for index, patch in enumerate(fetch.patches):
        if problem := _inner(f"{where}.patches.{index}", patch.removeprefix("//"), "a file of the project"):
            yield problem
    if fetch.files and all(pattern.startswith("!") for pattern in fetch.files):
        hint = 'say first what is taken: files = ["**", "!tests/**"]'
        yield Problem(where=f"{where}.files", what="takes nothing: every pattern leaves out", hint=hint)


def _inner(where: str, path: str, hint: str) -> Problem | None:
    """The problem of a path that is not below where it begins."""
    pure = PurePosixPath(path.removeprefix("//"))
    if not path or "\\" in path or UNPRINTABLE.search(path) or pure.is_absolute() or ".." in pure.parts:
        return Problem(where=where, what=f"{path!r} is no path within the project", hint=hint)
    return None
