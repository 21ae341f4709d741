"""What a command line asks for: components, targets, a profile, a change, a share of the work."""

from wasmforge.model.affected import Shard, Since
from wasmforge.model.base import Struct


class Request(Struct, frozen=True, kw_only=True):
    """What to work on. Empty tuples and None mean the manifest's own choice.

    `components` are names or labels (`matmul`, `matmul@web`). `since` and `shard` restrict the selection.
    """

    components: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    profile: str | None = None
    since: Since | None = None
    shard: Shard | None = None
