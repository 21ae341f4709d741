"""Where a command is run: in a container when its tools are in an image, else on this machine."""

from collections.abc import Iterable
from pathlib import Path

from wasmforge.execute.local import local
from wasmforge.model.plan import Action
from wasmforge.model.toolchain import Kit
from wasmforge.process import Cancel, Done


def launch(action: Action, kit: Kit, directory: Path, cancel: Cancel) -> Done:
    """Run the action's command to its end, wherever its kit is."""
    if kit.image is None:
        return local(action, kit, directory, cancel)
    from wasmforge.execute.container import contained

    return contained(action, kit, directory, cancel)


def sweep_engine(kits: Iterable[Kit]) -> None:
    """Remove the containers that killed builds left behind, where any of the kits is in an image."""
    if any(kit.image for kit in kits):
        from wasmforge.execute.engine import find_engine
        from wasmforge.execute.sandbox import sweep_containers

        sweep_containers(find_engine())
