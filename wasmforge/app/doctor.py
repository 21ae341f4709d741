"""Checks what this machine and this project lack: cache, sandbox, trust, forge.toml, toolchains."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from wasmforge import config
from wasmforge.app.catalog import lint, resolver
from wasmforge.app.project_mistakes import refuse_mistakes
from wasmforge.app.trust import Trust, trust_of
from wasmforge.app.workspace import EventSink
from wasmforge.config.project import find_root_or_none
from wasmforge.errors import ForgeError
from wasmforge.model.doctor import Check
from wasmforge.model.manifest import Manifest
from wasmforge.plan import Request, select, toolchains_of
from wasmforge.sandbox import FIX, Mode, asked_for, choose_sandbox, find_sandbox
from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.open_cache import open_places, temporary_cache
from wasmforge.toolchains.resolve import ToolchainResolver


def doctor(start: Path, emit: EventSink) -> tuple[Check, ...]:
    """Everything that can be wrong before a build: the cache folder, the project, its recipes, its toolchains."""
    cache_dirs, cache_check = check_cache()
    checks = [cache_check, _sandbox_check("auto")]
    needed: tuple[str, ...] = ()
    manifest: Manifest | None = None
    catalog = config.load_catalog(None)
    root: Path | None = None
    try:
        root = find_root_or_none(start)
        catalog = config.load_catalog(root)
        checks.extend(_trust_checks(trust_of(root, catalog)))
        if root:
            draft = config.draft_project(start)
            refuse_mistakes(draft, catalog)
            manifest = draft.project.manifest
            checks[1] = _sandbox_check(manifest.build.sandbox)
            units = select(manifest, catalog, Request())
            needed = (*toolchains_of(units, catalog), "wasm-tools")
            checks.append(Check(what="forge.toml", status="ok", detail=f"{len(manifest.components)} components"))
        else:
            checks.append(Check(what="forge.toml", status="absent", detail="no project here", fix="wasmforge init"))
        lint(start, ())
    except ForgeError as e:
        checks.extend(
            Check(what=p.where or "forge.toml", status="wrong", detail=p.what, fix=p.hint) for p in e.problems
        )
    tools = resolver(root, catalog, manifest, emit, cache_dirs)
    checks.extend(c for name in catalog.toolchains for c in _toolchain_checks(tools, name, name in needed))
    return tuple(checks)


def _trust_checks(trust: Trust) -> Iterator[Check]:
    """Whether the project's own catalog files are trusted, if it has any."""
    yield from (Check(what=p.where, status="wrong", detail=p.what, fix=p.hint) for p in trust.problems)
    if trust.local:
        files = ", ".join(trust.local.in_force)
        if trust.trusted:
            yield Check(what="catalog", status="ok", detail=f"uses {files} of this project, trusted")
        else:
            message = f"not trusted: {files} of this project"
            yield Check(what="catalog", status="wrong", detail=message, fix="`wasmforge trust` shows them and asks")


def _toolchain_checks(tools: ToolchainResolver, name: str, needed: bool) -> tuple[Check, ...]:
    message = f"toolchain {name}"
    try:
        toolchain = tools.toolchain(name)
    except ForgeError as e:
        return tuple(
            Check(what=message, status="wrong" if needed else "absent", detail=p.what, fix=p.hint) for p in e.problems
        )
    return (Check(what=message, status="ok", detail=f"{toolchain.identity}, from {toolchain.origin}"),)


def check_cache() -> tuple[CacheDirs, Check]:
    """The cache folders and their state; temporary folders if the cache cannot be used."""
    said: list[str] = []
    try:
        opened = open_places(Path(), said.append)
        place = CacheDirs().cache
        free = shutil.disk_usage(opened.cache).free
    except ForgeError as e:
        problem = e.problems[0]
        wrong = Check(what="cache", status="wrong", detail=str(problem), fix=problem.hint)
        return CacheDirs(temporary_cache()), wrong
    detail = "; ".join((f"{place}, {free / 2**30:.0f} GiB free", *said))
    if upstreams := [str(folder) for folder in opened.upstreams if folder != place]:
        detail += f"; what is not there is read from {', '.join(upstreams)}"
    if free < 2**30:
        fix = "free some space: a build needs about 1 GiB"
        return opened, Check(what="cache", status="wrong", detail=detail, fix=fix)
    return opened, Check(what="cache", status="ok", detail=detail)


def _sandbox_check(project: Mode) -> Check:
    """The sandbox that builds and smoke tests would use here."""
    what, mode = "sandbox", choose_sandbox(project, asked_for(None))
    sandbox_found = find_sandbox("auto")
    if mode == "off":
        return Check(what=what, status="absent", detail="switched off", fix='forge.toml: [build] sandbox = "auto"')
    if sandbox_found.holds:
        return Check(what=what, status="ok", detail=sandbox_found.reason)
    return Check(what=what, status="wrong" if mode == "required" else "absent", detail=sandbox_found.reason, fix=FIX)
