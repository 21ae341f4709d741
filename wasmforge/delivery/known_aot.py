"""Records the digests of native code that was built on this machine: no other native code of dist is run."""

from collections.abc import Mapping

from wasmforge.model.artifact import Artifact
from wasmforge.model.plan import Delivery
from wasmforge.store.store import ActionResult, Store

KIND = "native"
"""The kind of these values in the store, which no project can write."""

ROLE = "aot"


def remember_aot(store: Store, delivery: Delivery, entries: Mapping[str, ActionResult]) -> None:
    """Record the native code of a delivery, by its digest in the results of the actions."""
    for file in delivery.files:
        if file.role == ROLE:
            digest = entries[file.action].outputs[file.output].digest
            if store.get_value(KIND, digest) is None:
                store.put_value(KIND, digest, {"label": delivery.label})


def unknown_aot(store: Store, artifact: Artifact) -> tuple[str, ...]:
    """The names of delivered native code that no build on this machine made."""
    native = (f for f in artifact.files if f.role == ROLE or f.native)
    return tuple(f.name for f in native if store.get_value(KIND, f.sha256) is None)
