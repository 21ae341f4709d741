"""Sources of others as data: what a component fetches, and what forge.lock says of it."""

from typing import Annotated

from msgspec import Meta

from wasmforge.model.base import Struct, TomlStruct

Levels = Annotated[int, Meta(ge=0, le=64)]
"""A number of folders."""

FETCH_FOLDER = "fetch"
"""Folder of a component in which fetched sources are laid, each in one of its name."""


class Fetch(TomlStruct, frozen=True, kw_only=True):
    """Sources that others published, from one of `url`, `git`, `crate` and `npm`. They are verified, kept in the cache,
    and stand in the component's folder while it is built, so that `sources` and options name them like its own files.
    """

    url: Annotated[
        str | tuple[str, ...] | None,
        Meta(
            description="Address of an archive (`.tar.gz`, `.tar.bz2`, `.tar.xz`, `.tar`, `.zip`), or several of the "
            "same one, asked in their order. A path of the project names an archive that is in it.",
            examples=["https://example.org/lib-1.3.1.tar.gz"],
        ),
    ] = None
    sha256: Annotated[
        str | None,
        Meta(
            description="SHA-256 of the archive. An address needs one: without, `wasmforge fetch` downloads the "
            "archive and says which to write. A crate or a package may have one."
        ),
    ] = None
    git: Annotated[
        str | None,
        Meta(
            description="Address of a Git repository (`https`, `ssh`). Submodules are not fetched.",
            examples=["https://example.org/lib.git"],
        ),
    ] = None
    rev: Annotated[str | None, Meta(description="With `git`: the commit, all 40 (SHA-256: 64) digits of it.")] = None
    crate: Annotated[
        str | None,
        Meta(
            description="Name of a crate, fetched by `cargo` from where its configuration says: many bring the C that "
            "they wrap.",
            examples=["libz-sys"],
        ),
    ] = None
    npm: Annotated[
        str | None, Meta(description="Name of a package, fetched by `npm` from where its configuration says.")
    ] = None
    version: Annotated[
        str | None, Meta(description="With `crate` and `npm`: the one version.", examples=["1.1.20"])
    ] = None
    strip: Annotated[
        Levels | None,
        Meta(
            description="How many leading folders of each path are dropped. If not given, the one folder that holds "
            "everything, if there is one.",
        ),
    ] = None
    folder: Annotated[
        str | None,
        Meta(
            description="The one folder of it that is taken; what is in that folder is at the top then.",
            examples=["src/zlib"],
        ),
    ] = None
    files: Annotated[
        tuple[str, ...],
        Meta(
            description="Patterns of what is taken of it after `patches`, from its own top folder or `folder`; those "
            "that begin with `!` leave out what the ones before took. If not given, everything.",
            examples=[["*.[ch]", "!example.c"]],
        ),
    ] = ()
    patches: Annotated[
        tuple[str, ...],
        Meta(
            description="Patches to apply, in order, from the component's folder or (`//`) the project's root. Names "
            "in them have one leading folder, as git and quilt write them. They must fit exactly.",
            examples=[["patches/no-threads.patch"]],
        ),
    ] = ()
    path: Annotated[
        str | None,
        Meta(
            description="Where it is laid, from the component's folder; `.` is the folder itself. If not given, "
            "`fetch/NAME`."
        ),
    ] = None

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses."""
        return () if self.url is None else (self.url,) if isinstance(self.url, str) else self.url

    @property
    def said_version(self) -> str:
        """The version without the `=` that cargo's syntax may have."""
        return (self.version or "").removeprefix("=").strip()

    @property
    def source(self) -> str:
        """What it is, in one line: the first address, or the kind with name and version."""
        if self.git is not None:
            return f"git {self.git} {self.rev}"
        if self.crate is not None:
            return f"crate {self.crate} {self.said_version}"
        if self.npm is not None:
            return f"npm {self.npm} {self.said_version}"
        return self.urls[0] if self.urls else ""


def is_address(url: str) -> bool:
    """Whether it is an address, and not a path of the project."""
    return "://" in url


class LockedSource(TomlStruct, frozen=True, kw_only=True):
    """A fetched source: what it is, the SHA-256 of its archive, or (`git`) that of its files and their names."""

    source: str
    sha256: str = ""
    tree: str = ""


class FetchedSource(Struct, frozen=True, kw_only=True):
    """A source that is here, for a person: `place` is where it is laid, `new` whether it was fetched just now.

    `files` are all paths from the component's folder, `size` is their bytes.
    """

    component: str
    name: str
    locked: LockedSource
    place: str
    files: tuple[str, ...]
    size: int
    new: bool
