"""Asks programs in an image which version they are, once per image: its id says that the answer stays the same."""

import hashlib
from collections.abc import Sequence

from wasmforge.execute.engine import Engine
from wasmforge.execute.environment import FIXED
from wasmforge.execute.origins.probe import TIMEOUT, Unfit, version_in
from wasmforge.execute.sandbox import NotStartedError, Order, sandbox
from wasmforge.execute.store import Store

USER = (1000, 1000)
"""Anybody but root; the same for all, so that all see the same."""


def version_inside(engine: Engine, image: str, program: str, arguments: Sequence[str], store: Store) -> str:
    """The version that a program of the image with this id tells. Raises Unfit, and ForgeError of the engine."""
    key = hashlib.sha256(repr(("image", image, program, tuple(arguments))).encode()).hexdigest()
    remembered: dict[str, str] | None = store.recall("probe", key)
    if remembered is not None:
        return remembered["version"]
    env = {**FIXED, "HOME": "/tmp"}  # noqa: S108 - inside the container
    order = Order(image=image, argv=(program, *arguments), env=env, directory="/", user=USER)
    with sandbox(engine, order) as box:
        try:
            done, _ = box.run(TIMEOUT)
        except NotStartedError as e:
            raise Unfit(f"cannot start {program}: {e}") from None
    version: str = version_in(done, f"`{program} {' '.join(arguments)}`")
    store.remember("probe", key, {"version": version})
    return version
