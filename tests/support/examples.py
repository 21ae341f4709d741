"""How many examples a property is tried with: fewer with `--hypothesis-profile=quick`, as `make unit` has it."""

from hypothesis import HealthCheck, settings

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no mistake of a test."""

settings.register_profile("quick", settings.get_profile("busy"), max_examples=25)

USUAL = 100
"""Examples that hypothesis tries by itself."""


def examples(usual: int) -> int:
    """The number for a property that has `usual` in a full run, by the profile that is loaded."""
    return max(1, usual * settings().max_examples // USUAL)
