"""A recipe as data: how a toolchain turns sources into a module. Adding a language needs no Python."""

from typing import Literal

from wasmforge.model.base import Seconds, Shape

Words = str | bool | int | tuple[str, ...]
"""What a lookup table holds: one word, or a list of words."""

Phrase = tuple[str, ...]


class Option(Shape, frozen=True, kw_only=True):
    """One `options.<name>` that a component may set.

    kind      its value in forge.toml            `{options.<name>}` becomes
    text      a string or a number               that word
    list      a list of strings                  those words
    flag      true or false                      the words of `on` or of `off`
    choice    one of the keys of `choices`       that key's words
    file      a file of the component            its path, and the file is laid for the steps that mention it;
                                                 nothing, where the default is not there
    """

    kind: Literal["text", "list", "flag", "choice", "file"]
    help: str = ""
    default: bool | int | float | str | tuple[str, ...] | None = None
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    choices: dict[str, Words] = {}


class FeatureWords(Shape, frozen=True, kw_only=True):
    """The words that switch a WebAssembly feature on, and those that switch it off.

    `needs` is a flag among the recipe's options without which the feature cannot be had. `targets` are those for which
    the recipe can do it, with those that are like one of them; none named means all.
    """

    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    needs: str | None = None
    targets: tuple[str, ...] = ()


class Step(Shape, frozen=True, kw_only=True):
    """One command. With `each` it is done once per item of that list.

    `inputs` names files the command reads without being told them; files mentioned in `run` are inputs already.
    `placeholders` are laid empty: their names matter to the command, their content does not.
    `outputs` maps a role to the path it is written to; one that ends in `/` is a folder. `depfile` is a Make rule
    the tool writes, naming the inputs it really read. `scratch` is a folder that the tool finds as it left it, as long
    as nothing but sources changed: it must take every source that is younger than what lies there for another one.
    `env` is added to the recipe's. With `network` the command may fetch, and sees the caller's home, proxies and
    certificates. `toolchain` (the recipe's, if none is said) may
    mention lookups, flags and choices. `timeout` is in seconds.
    """

    name: str
    run: tuple[str | Phrase, ...]
    each: str | None = None
    inputs: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()
    outputs: dict[str, str]
    depfile: str | None = None
    scratch: str | None = None
    env: dict[str, str] = {}
    network: bool = False
    toolchain: str | None = None
    timeout: Seconds = 600.0


class Recipe(Shape, frozen=True, kw_only=True):
    """The whole of one recipe file. A pass is a recipe without languages that takes what another step gave.

    `lists` are words made of options, exports and lookups, to be mentioned as a whole: `{lists.NAME.comma}`.
    `files` names files beside this one; `{files.NAME}` is where such a file is laid for the steps that mention it.
    `provides` are import modules, or single names (`env.log`), that the JavaScript made here provides: where a target
    delivers glue, the module may import them, and unless they are WASI's it runs nowhere but through that glue.
    """

    format: int
    name: str
    summary: str = ""
    toolchain: str
    languages: dict[str, dict[str, Words]] = {}
    kinds: dict[str, dict[str, Words]] = {}
    sources: dict[str, tuple[str, ...]] = {}
    options: dict[str, Option] = {}
    features: dict[str, FeatureWords] = {}
    targets: dict[str, dict[str, Words]] = {}
    profiles: dict[str, dict[str, Words]] = {}
    lists: dict[str, tuple[str | Phrase, ...]] = {}
    files: dict[str, str] = {}
    provides: tuple[str, ...] = ()
    env: dict[str, str] = {}
    steps: tuple[Step, ...]
