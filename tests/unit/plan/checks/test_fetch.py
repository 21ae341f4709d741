"""Every mistake in a table `fetch`: its place, its words, its hint; and what is right."""

import pytest

from wasmforge.model.fetch import Fetch, LockedSource
from wasmforge.plan.checks.fetch import check_fetches, difference_of_lock

DIGEST = "0123456789abcdef" * 4

REV = "0123456789" * 4

URL = "https://example.org/a.tar.gz"


def told(fetch: Fetch, name: str = "lib") -> list[tuple[str, str]]:
    """The problems, with places from the table."""
    found = list(check_fetches("forge.toml: components.app", {name: fetch}))
    return [(p.where.removeprefix("forge.toml: components.app.fetch."), f"{p.what} ({p.hint})") for p in found]


@pytest.mark.parametrize(
    "fetch",
    [
        Fetch(url=URL, sha256=DIGEST),
        Fetch(url=URL),  # the digest is told when it is fetched
        Fetch(url=(URL, "http://mirror.example/a.tgz"), sha256=DIGEST.upper(), strip=2, files=("*.c", "!a.c")),
        Fetch(url="third_party/a.zip"),
        Fetch(url="//third_party/a.zip", path=".", patches=("a.patch", "//patches/b.patch")),
        Fetch(git="https://example.org/a.git", rev=REV),
        Fetch(git="ssh://git@example.org/a.git", rev=REV),
        Fetch(git="git@example.org:team/a.git", rev=REV + "0" * 24),
        Fetch(crate="libz-sys", version="=1.1.20"),
        Fetch(crate="libz-sys", version="1.1.20+zlib-1.3.1", sha256=DIGEST),
        Fetch(npm="@scope/left-pad", version="1.3.0-rc.1", path="third_party/pad"),
    ],
)
def test_what_is_right(fetch: Fetch) -> None:
    assert told(fetch) == []


@pytest.mark.parametrize(
    ("fetch", "where", "said"),
    [
        (Fetch(), "lib", "names no source (one of: url"),
        (Fetch(url=URL, git="https://a.test/b", rev=REV), "lib", "names url and git, and a source has one of them"),
        (Fetch(url=URL, rev=REV), "lib.rev", "belongs to no source from url (a key of: git)"),
        (Fetch(git="https://a.test/b", rev=REV, sha256=DIGEST), "lib.sha256", "belongs to no source from git"),
        (Fetch(url=URL, version="1.0.0"), "lib.version", "a key of: crate, npm"),
        (Fetch(url=URL, sha256="abc"), "lib.sha256", "'abc' is no SHA-256"),
        (Fetch(url=()), "lib.url", "names no address"),
        (Fetch(url="file:///etc/passwd"), "lib.url", "is no address of https or http (a path of the project"),
        (Fetch(url=("https://a.test/b", "ftp://a.test/b")), "lib.url.1", "is no address of https or http"),
        (Fetch(url=("https://a.test/b", "a.zip")), "lib.url", "has a path of the project among addresses"),
        (Fetch(url="https://"), "lib.url", "is no address"),
        (Fetch(url="https://[a"), "lib.url", "is no address"),
        (Fetch(url="https://me:secret@a.test/b"), "lib.url", "which everybody can read here"),
        (Fetch(url="https://a.test/b\u202ec"), "lib.url", "is no address"),
        (Fetch(url="../a.zip"), "lib.url", "is no path within the project"),
        (Fetch(url="//../a.zip"), "lib.url", "is no path within the project"),
        (Fetch(url="/etc/a.zip"), "lib.url", "is no path within the project"),
        (Fetch(git="https://a.test/b"), "lib", "names no commit: rev is missing (all 40 digits"),
        (Fetch(git="https://a.test/b", rev="v1.3"), "lib.rev", "'v1.3' is no whole commit"),
        (Fetch(git="https://a.test/b", rev=REV[:12]), "lib.rev", "is no whole commit"),
        (Fetch(git="ext::sh -c id", rev=REV), "lib.git", "is no address of https or http or ssh"),
        (Fetch(git="--upload-pack=id", rev=REV), "lib.git", "is no address"),
        (Fetch(git="ssh://-oProxyCommand=id/a", rev=REV), "lib.git", "is no address"),
        (Fetch(git="/srv/a.git", rev=REV), "lib.git", "is no address"),
        (Fetch(crate="libz-sys"), "lib", 'version is missing (the one version: version = "1.2.3")'),
        (Fetch(crate="libz-sys", version="1.1"), "lib.version", "'1.1' is not one version (all of it, and no range"),
        (Fetch(npm="left-pad", version="^1.3.0"), "lib.version", "is not one version"),
        (Fetch(crate='a"\n[x]', version="1.0.0"), "lib.crate", "is no name of a package"),
        (Fetch(npm="--help", version="1.0.0"), "lib.npm", "is no name of a package"),
        (Fetch(npm="../a", version="1.0.0"), "lib.npm", "is no name of a package"),
        (Fetch(url=URL, path="../up"), "lib.path", "is no path within the project (a folder of the component)"),
        (Fetch(url=URL, path="/abs"), "lib.path", "is no path within the project"),
        (Fetch(url=URL, path=""), "lib.path", "is no path within the project"),
        (Fetch(url=URL, patches=("a.patch", "../b.patch")), "lib.patches.1", "is no path within the project"),
        (Fetch(url=URL, files=("!a.c",)), "lib.files", "takes nothing: every pattern leaves out"),
    ],
)
def test_each_mistake(fetch: Fetch, where: str, said: str) -> None:
    (problem,) = told(fetch)
    assert problem[0] == where
    assert said in problem[1]


def test_all_mistakes_of_all_sources_are_told() -> None:
    assert len(told(Fetch(url="ftp://a.test/b", sha256="x", path="..", version="1"), "..")) == 5


ONE = LockedSource(source="crate a 1.0.0", sha256="1" * 64)


@pytest.mark.parametrize(
    ("locked", "found", "strict", "said"),
    [
        (None, ONE, False, ""),
        (None, ONE, True, "is not locked"),
        (ONE, ONE, True, ""),
        (ONE, LockedSource(source="crate a 1.0.1", sha256="2" * 64), False, ""),
        (ONE, LockedSource(source="crate a 1.0.1", sha256="2" * 64), True, "is crate a 1.0.1 (sha256 222"),
        (ONE, LockedSource(source="crate a 1.0.0", sha256="2" * 64), False, "locked is crate a 1.0.0 (sha256 111"),
        (
            LockedSource(source="git x", tree="3"),
            LockedSource(source="git x", tree="4"),
            False,
            "locked is git x (tree 3)",
        ),
    ],
)
def test_the_lock_holds_what_is_still_asked_for(
    locked: LockedSource | None, found: LockedSource, strict: bool, said: str
) -> None:
    problem = difference_of_lock("app", "lib", locked, found, strict=strict)
    assert (said in problem.what and problem.where == "forge.lock: fetched.app.lib") if problem else not said
