"""The words of a runtime's command line."""

from wasmforge.plan.runtime_command import CALL_NAMES, COMMAND_NAMES, runtime_arguments


def test_every_name_has_its_value() -> None:
    words = tuple(f"{name}={{{name}}}" for name in CALL_NAMES)
    arguments = runtime_arguments(
        words, "a.wasm", ("x", "y"), memory=131072, env={"K": "v"}, folder="/data", threads=True, function="f"
    )
    assert arguments == (
        "file=a.wasm", "args=x", "args=y", "env=K=v", "folder=/data", "pages=2", "bytes=131072", "threads=16",
        "function=f",
    )  # fmt: skip


def test_words_of_what_is_not_given_vanish() -> None:
    words = (("--dir", "{folder}"), ("--env", "{env}"), "--threads={threads}", "{file}", "{args}")
    assert runtime_arguments(words, "a.wasm", (), memory=65536) == ("a.wasm",)


def test_only_calls_have_a_function() -> None:
    assert set(CALL_NAMES) - set(COMMAND_NAMES) == {"function"}
