"""Records what finding toolchains looked at: paths, each with what it must hold, and images."""

from wasmforge.model.fingerprint import PROBED, UNCHANGED, ImageState, InputState, NotFingerprintableError
from wasmforge.toolchains.shared_libraries import CACHE, starts_with


class Lookups:
    """Whoever opens, lists or asks for a path says so here."""

    def __init__(self) -> None:
        self._states: dict[InputState, None] = {}
        self._images: dict[ImageState, None] = {}
        self._untold = ""

    def at(self, path: object, word: str = UNCHANGED) -> None:
        """This path was looked at; `word` says how it may change."""
        self._states[str(path), word] = None

    def probed(self, path: object) -> None:
        """Something was looked for at this path, whether it is there or not."""
        self.at(path, PROBED)

    def image(self, state: ImageState) -> None:
        """This image was found."""
        self._images[state] = None

    def images(self) -> tuple[ImageState, ...]:
        """All images that were found."""
        return tuple(self._images)

    def never(self, why: str) -> None:
        """What the answer rests on cannot be told, so nothing can be written down about it."""
        self._untold = self._untold or why

    def states(self) -> tuple[InputState, ...]:
        """All that was looked at. Raises NotFingerprintableError."""
        if self._untold:
            raise NotFingerprintableError(self._untold)
        return tuple(self._states)


def started(program: str, lookups: Lookups) -> tuple[str, ...]:
    """The files that a program starts with, noted with the places where others could take theirs."""
    start = starts_with(program)
    lookups.probed(CACHE)
    for file in start.files:
        lookups.at(file)
    for place in start.missing:
        lookups.probed(place)
    return start.files
