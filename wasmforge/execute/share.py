"""Gives commands that are parallel themselves their share of the workers, so that together they are no more."""

from collections.abc import Mapping

import msgspec

from wasmforge.model.toolchain import Kit


def with_share(kit: Kit, share: int) -> Kit:
    """The kit with the variables set by which its tools are told how many things to do at once.

    They change no byte that is made, so no key holds them.
    """
    if not kit.shares:
        return kit
    told: Mapping[str, str] = dict.fromkeys(kit.shares, str(share))
    return msgspec.structs.replace(kit, env={**kit.env, **told})


def share_of(workers: int, at_once: int) -> int:
    """How many things each of `at_once` commands may do at a time."""
    return max(1, workers // max(1, at_once))
