"""How often the endurance tests do what they do: from the environment, and told at the end of the run."""

import os
import random
from collections.abc import Callable

Tell = Callable[[str], None]
"""Takes a line that is printed when all tests are done."""


def count(name: str, usual: int) -> int:
    """`ENDURANCE_<NAME>` of the environment, or what is usual."""
    return int(os.environ.get(f"ENDURANCE_{name}", usual))


def chance(salt: int) -> random.Random:
    """Chance that can be repeated: `ENDURANCE_SEED` chooses another."""
    return random.Random(count("SEED", 1) * 1000 + salt)  # noqa: S311 - not a secret
