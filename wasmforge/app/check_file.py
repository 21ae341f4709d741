"""Checks any module against the contracts of targets; it needs no project.

A file in a delivery is checked as a part of it: with the component's own contract, and the JavaScript beside it.
"""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from wasmforge import config
from wasmforge.app.trust import trust_of
from wasmforge.app.workspace import VALIDATOR_TOOLCHAIN, EventSink, Settings, Workspace
from wasmforge.config.project import find_root_or_none
from wasmforge.contracts.check import check_delivery
from wasmforge.contracts.read import gzip_size, read_file, read_module
from wasmforge.contracts.validator import Validator
from wasmforge.delivery.dist_manifest import FILE, read_dist_manifest
from wasmforge.errors import ForgeError, unknown
from wasmforge.model.artifact import Artifact, DeliveredFile
from wasmforge.model.base import Struct
from wasmforge.model.catalog import Catalog
from wasmforge.model.dist_manifest import DeliveryRecord
from wasmforge.model.events import Finished, Notice
from wasmforge.model.label import Label
from wasmforge.model.module import Module
from wasmforge.model.plan import Delivery, PlannedFile
from wasmforge.model.report import Report
from wasmforge.model.target import Target
from wasmforge.plan import Request, contract_of, javascript_host, make_delivery, select
from wasmforge.process import CancelToken
from wasmforge.store.open_cache import open_places, open_store
from wasmforge.toolchains.resolve import ToolchainResolver

LARGE = 32 * 1024 * 1024
"""Files of more bytes are compressed only when a limit needs the compressed size: that takes seconds."""


def check_files(
    start: Path, paths: Sequence[Path], targets: Sequence[str], emit: EventSink, *, trust_project: bool = False
) -> Report:
    """Check these modules against the contracts of these targets, or of all.

    Raises ForgeError for a file that cannot be read, and when the validator comes from a project that is not trusted.
    """
    started = time.monotonic()
    root = find_root_or_none(start)
    catalog = config.load_catalog(root)
    if unknown_targets := [t for t in targets if t not in catalog.targets]:
        raise ForgeError(*(unknown("target", t, catalog.targets) for t in unknown_targets))
    pairs = []
    for path in paths:
        contracts = {n: catalog.targets[n] for n in targets or catalog.targets}
        home = _home(path)
        limited = any(t.limits.gzip is not None for t in contracts.values())
        file, kind = _read(path, compressed=limited or home is not None)
        for name, target in contracts.items():
            own = home and home.target == name and _promised(home, emit)
            pairs.append(
                _in_delivery(home, own, file) if home and own else _alone(path, file, kind, target, home, catalog)
            )
    cache_dirs = open_places(root or start, lambda what: emit(Notice(what=what)))
    store = open_store(cache_dirs)
    refused = trust_of(root, catalog, this_once=trust_project).refused
    tools = ToolchainResolver(catalog, {}, cache_dirs, store, emit=emit, root=root, fetch=False, refused=refused)
    validator = Validator(tools.toolchain(VALIDATOR_TOOLCHAIN), store, CancelToken())
    report = check_delivery(Path(), pairs, validator, 1, emit)
    report = msgspec.structs.replace(report, seconds=time.monotonic() - started)
    emit(Finished(report=report))
    return report


class Placement(Struct, frozen=True, kw_only=True):
    """The delivery that contains a file: its folder, the file's path in it, and its record in manifest.json."""

    folder: Path
    name: str
    record: DeliveryRecord

    @property
    def target(self) -> str:
        """The target it was delivered for."""
        return self.record.target


def _home(path: Path) -> Placement | None:
    """The delivery that a module belongs to; None for a module on its own."""
    path = path.resolve()
    for dist in path.parents[2:]:
        inside = path.relative_to(dist)
        key = "/".join(inside.parts[:2])
        if not (dist / FILE).is_file():
            continue
        try:
            record = read_dist_manifest(dist).artifacts.get(key)
        except ForgeError:
            return None
        name = "/".join(inside.parts[2:])
        known = record is not None and any(f.name == name and f.role == "module" for f in record.files)
        return Placement(folder=dist / key, name=name, record=record) if record is not None and known else None
    return None


def _promised(home: Placement, emit: EventSink) -> Delivery | None:
    """The delivery as the project around it plans it now; None without such a project or component."""
    root = find_root_or_none(home.folder)
    if root is None:
        return None
    record = home.record
    label = str(Label(record.component, record.target))
    try:
        workspace = Workspace(Settings(start=root), emit, fetch=False, read_only=True)
        units = select(workspace.manifest, workspace.catalog, Request(components=(label,), profile=record.profile))
    except ForgeError:
        return None
    planned_files = tuple(PlannedFile(role=f.role, name=f.name, action="", output="") for f in record.files)
    mine = [w for w in units if (w.resolved.name, w.resolved.target) == (record.component, record.target)]
    return make_delivery(workspace.manifest, mine[0], workspace.catalog, planned_files) if mine else None


def _in_delivery(home: Placement, delivery: Delivery, file: DeliveredFile) -> tuple[Delivery, Artifact]:
    """The file as a part of its delivery, with the files beside it."""
    here = msgspec.structs.replace(delivery, folder=str(home.folder))
    beside = tuple(f for f in home.record.files if f.role != "module")
    mine = msgspec.structs.replace(file, name=home.name)
    return here, _artifact(here, (mine, *beside))


def _alone(
    path: Path, file: DeliveredFile, kind: str, target: Target, home: Placement | None, catalog: Catalog
) -> tuple[Delivery, Artifact]:
    """The file by itself, or with the JavaScript that was delivered beside it."""
    contract = contract_of(target, kind, debug=True)
    delivery = Delivery(
        label=str(Label(path.name, target.name)),
        component=path.name,
        target=target.name,
        profile="release",
        folder=str(path.parent),
        source_folder=str(path.parent),
        files=(),
        contract=msgspec.structs.replace(contract, javascript=javascript_host(target, catalog)),
    )
    if home is None or not delivery.contract.javascript:
        return delivery, _artifact(delivery, (file,))
    beside = tuple(f for f in home.record.files if f.role == "glue")
    mine = msgspec.structs.replace(file, name=home.name)
    return msgspec.structs.replace(delivery, folder=str(home.folder)), _artifact(delivery, (mine, *beside))


def _artifact(delivery: Delivery, files: tuple[DeliveredFile, ...]) -> Artifact:
    return Artifact(
        label=delivery.label,
        component=delivery.component,
        target=delivery.target,
        profile=delivery.profile,
        folder=delivery.folder,
        files=files,
    )


def _read(path: Path, *, compressed: bool) -> tuple[DeliveredFile, str]:
    """A module as a delivered file, and its kind. `compressed`: its compressed size is needed."""
    data = read_file(path)
    file = DeliveredFile(
        role="module",
        name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        gzip=gzip_size(data) if compressed or len(data) <= LARGE else 0,
    )
    return file, kind_of(read_module(path, data))


def kind_of(module: Module) -> str:
    """`command` for a module that exports `_start`, else `reactor`."""
    return "command" if any(e.name == "_start" for e in module.exports) else "reactor"
