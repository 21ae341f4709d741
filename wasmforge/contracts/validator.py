"""Runs the reference validator on a module and stores its verdicts by bytes and features."""

import hashlib
from pathlib import Path

from wasmforge import process
from wasmforge.contracts import features_flag, minimal_features, sufficient_features
from wasmforge.errors import machine_error
from wasmforge.model.finding import Verdict
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.store.store import Store
from wasmforge.toolchains.environment import FIXED

TIMEOUT_S = 120.0
"""Seconds the validator may take for one module."""


class Validator:
    """`wasm-tools validate` with exactly the features given. Verdicts are pure functions of bytes and features."""

    def __init__(self, toolchain: ResolvedToolchain, store: Store, cancel: process.CancelToken) -> None:
        self._toolchain = toolchain
        self._store = store
        self._cancel = cancel

    def stop(self) -> None:
        """Stop every running validator."""
        self._cancel.set()

    def verdict(self, module: Path, digest: str, permitted: tuple[str, ...]) -> Verdict:
        """The verdict on this file if it may use exactly these features."""
        return self._ask(module, digest, features_flag(permitted))

    def used_features(self, module: Path, digest: str, permitted: tuple[str, ...]) -> tuple[str, ...]:
        """The minimal subset of `permitted` under which the module is valid."""
        key = self._key(digest, "used " + features_flag(permitted))
        features = self._store.get_value("features", key)
        if features is None:
            enough = sufficient_features(permitted, lambda some: self.verdict(module, digest, some))
            features = minimal_features(lambda some: self.verdict(module, digest, some).valid, enough)
            self._store.put_value("features", key, list(features))
        return tuple(features)

    def _ask(self, module: Path, digest: str, flag: str) -> Verdict:
        key = self._key(digest, flag)
        answer = self._store.get_value("verdict", key)
        if answer is None:
            answer = self._run(module, flag)
            self._store.put_value("verdict", key, answer)
        return Verdict(valid=answer["valid"], output=answer["output"], validator=self._toolchain.identity)

    def _run(self, module: Path, flag: str) -> dict[str, object]:
        argv = (*self._toolchain.tools["wasm-tools"], "validate", flag, str(module))
        try:
            result = process.run(argv, env=FIXED, timeout=TIMEOUT_S, cancel=self._cancel)
        except OSError as e:
            raise machine_error(f"cannot be started: {e.strerror}", where=argv[0]) from None
        if result.cancelled:
            raise KeyboardInterrupt
        if result.exit < 0 or result.timed_out:
            raise machine_error(result.reason(TIMEOUT_S), where=f"wasm-tools validate {module.name}")
        return {"valid": result.ok, "output": result.text}

    def _key(self, digest: str, question: str) -> str:
        return hashlib.sha256(f"{self._toolchain.identity}\0{digest}\0{question}".encode()).hexdigest()
