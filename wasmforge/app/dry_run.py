"""Plans a build and runs nothing."""

import msgspec

from wasmforge.app.planning import plan_units, split_buildable
from wasmforge.app.selection import select_units
from wasmforge.app.workspace import EventSink, Settings, Workspace
from wasmforge.model.plan import Plan
from wasmforge.plan import Request


def dry_run(settings: Settings, request: Request, emit: EventSink) -> Plan:
    """The plan. It names the toolchains that are missing, and with `skip_missing` the units that are left out."""
    workspace = Workspace(settings, emit, read_only=True)
    units = select_units(workspace, request)
    units, missing = split_buildable(workspace, units) if settings.skip_missing and units else (units, ())
    return msgspec.structs.replace(plan_units(workspace, units, allow_missing=True)[0], left_out=missing)
