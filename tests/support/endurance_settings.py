"""How often endurance tests repeat what they do (from the environment), and the line each prints at the end."""

import os
import random
from collections.abc import Callable

PrintLine = Callable[[str], None]
"""Takes a line that is printed when all tests are done."""


def configured_count(name: str, usual: int) -> int:
    """`ENDURANCE_<NAME>` of the environment, or what is usual."""
    return int(os.environ.get(f"ENDURANCE_{name}", usual))


def seeded_random(salt: int) -> random.Random:
    """Chance that can be repeated: `ENDURANCE_SEED` chooses another."""
    return random.Random(configured_count("SEED", 1) * 1000 + salt)  # noqa: S311 - not a secret
