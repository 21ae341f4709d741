"""Which wasmforge this is."""


def version() -> str:
    """The installed distribution's version."""
    from importlib.metadata import version as installed

    return installed("wasmforge")
