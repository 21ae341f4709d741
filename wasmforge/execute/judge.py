"""Asks the reference validator about a module, and remembers what it said of those bytes."""

import hashlib
from pathlib import Path

from wasmforge import process
from wasmforge.errors import machine
from wasmforge.execute.environment import FIXED
from wasmforge.execute.store import Store
from wasmforge.model.artifact import Verdict
from wasmforge.model.toolchain import Kit
from wasmforge.validate import enough_features, features_flag, minimal_features

TIMEOUT = 120.0
"""Seconds the validator may take for one module."""


class Judge:
    """`wasm-tools validate` with exactly the features given. Verdicts are pure functions of bytes and features."""

    def __init__(self, kit: Kit, store: Store, cancel: process.Cancel) -> None:
        self._kit = kit
        self._store = store
        self._cancel = cancel

    def stop(self) -> None:
        """End every validator that is running."""
        self._cancel.set()

    def verdict(self, module: Path, digest: str, permitted: tuple[str, ...]) -> Verdict:
        """What the validator says of this file when it may use these features and no others."""
        return self._ask(module, digest, features_flag(permitted))

    def used(self, module: Path, digest: str, permitted: tuple[str, ...]) -> tuple[str, ...]:
        """The smallest part of `permitted` under which the module is valid."""
        key = self._key(digest, "used " + features_flag(permitted))
        remembered = self._store.recall("features", key)
        if remembered is None:
            enough = enough_features(permitted, lambda some: self.verdict(module, digest, some))
            remembered = minimal_features(lambda some: self.verdict(module, digest, some).valid, enough)
            self._store.remember("features", key, list(remembered))
        return tuple(remembered)

    def _ask(self, module: Path, digest: str, flag: str) -> Verdict:
        key = self._key(digest, flag)
        said = self._store.recall("verdict", key)
        if said is None:
            said = self._run(module, flag)
            self._store.remember("verdict", key, said)
        return Verdict(valid=said["valid"], output=said["output"], validator=self._kit.identity)

    def _run(self, module: Path, flag: str) -> dict[str, object]:
        argv = (*self._kit.tools["wasm-tools"], "validate", flag, str(module))
        try:
            done = process.run(argv, env=FIXED, timeout=TIMEOUT, cancel=self._cancel)
        except OSError as e:
            raise machine(f"cannot be started: {e.strerror}", where=argv[0]) from None
        if done.cancelled:
            raise KeyboardInterrupt
        if done.exit < 0 or done.timed_out:
            raise machine(done.reason(TIMEOUT), where=f"wasm-tools validate {module.name}")
        return {"valid": done.ok, "output": done.text}

    def _key(self, digest: str, question: str) -> str:
        return hashlib.sha256(f"{self._kit.identity}\0{digest}\0{question}".encode()).hexdigest()
