"""A recipe as data: how a toolchain turns sources into a module. Adding a language needs no Python."""

from typing import Annotated, Literal

from msgspec import Meta

from wasmforge.model.base import Seconds, TomlStruct

Words = str | bool | int | tuple[str, ...]
"""What a lookup table holds: one word, or a list of words."""

WordGroup = tuple[str, ...]
"""Words that are repeated together, for each item of the list that one of them mentions."""

Templates = tuple[str | WordGroup, ...]
"""Words and groups of words in the recipe language."""


class Option(TomlStruct, frozen=True, kw_only=True):
    """One `options.NAME` that a component may set.

    | `kind` | its value in forge.toml | what `{options.NAME}` stands for |
    |---|---|---|
    | `text` | a string or a number | that word |
    | `list` | a list of strings | those words |
    | `folders` | a list of folders of the component, or of the project: `//third_party/zlib` | their paths in the directory of the command |
    | `flag` | true or false | the words of `on` or of `off` |
    | `choice` | one of the keys of `choices` | that key's words |
    | `file` | the path of a file of the component | that path; the file is an input of each step that mentions it; nothing, if the default does not exist |
    | `files` | a list of patterns for files of the component: `js/*.js`, `!js/old.js` | their paths, pattern by pattern; all are inputs of each step that mentions them |
    """  # noqa: E501 - a table of Markdown

    kind: Annotated[
        Literal["text", "list", "folders", "flag", "choice", "file", "files"],
        Meta(description="What values it takes, see the table above."),
    ]
    help: Annotated[str, Meta(description="What it does, in one phrase.")] = ""
    default: Annotated[
        bool | int | float | str | tuple[str, ...] | None,
        Meta(description="Its value when a component does not set it. Without one it stands for no word."),
    ] = None
    on: Annotated[tuple[str, ...], Meta(description="A flag's words when it is true.")] = ()
    off: Annotated[tuple[str, ...], Meta(description="A flag's words when it is false.")] = ()
    shared: Annotated[
        Literal["link", "compile"] | None,
        Meta(
            description="`link`: a component has the values of the libraries that it needs as well. `compile`: a "
            "library has the value of the component that needs it, unless it sets the option itself."
        ),
    ] = None
    choices: Annotated[
        dict[str, Words],
        Meta(description="A choice's values, each with its words.", examples=[{"fast": "-O3", "small": ["-Oz", "-s"]}]),
    ] = {}


class FeatureWords(TomlStruct, frozen=True, kw_only=True):
    """How the recipe switches one WebAssembly feature on and off: `{features}` stands for the words of all features."""

    on: Annotated[tuple[str, ...], Meta(description="Words when a module may use the feature.")] = ()
    off: Annotated[tuple[str, ...], Meta(description="Words when it may not.")] = ()
    words: Annotated[
        dict[str, Words],
        Meta(
            description="More words when a module may use it, by name: `{features.NAME}` stands for those of all "
            "features.",
            examples=[{"cxx": ["-fexceptions", "-fwasm-exceptions"]}],
        ),
    ] = {}
    on_request: Annotated[
        bool,
        Meta(
            description="Whether a component must ask for it to get the words of `on` and `words`. That its target has "
            "the feature by default is then no reason, and gives neither these words nor those of `off`."
        ),
    ] = False
    at_least: Annotated[
        str | None,
        Meta(
            description="The oldest version of the recipe's toolchain that has it. An older one is an error before "
            "anything is built.",
            examples=["20"],
        ),
    ] = None
    needs: Annotated[
        str | None, Meta(description="A flag among the recipe's options without which the feature is not available.")
    ] = None
    targets: Annotated[
        tuple[str, ...],
        Meta(
            description="The targets for which the recipe can build it, with those that are `like` one of them. "
            "Empty: all."
        ),
    ] = ()


class Step(TomlStruct, frozen=True, kw_only=True):
    """One command. A step that mentions sources or results of other steps is left out when there are none of them."""

    name: Annotated[
        str, Meta(description="Its name, unique in the recipe; labels such as `app@web/release:link` end in it.")
    ]
    run: Annotated[
        Templates,
        Meta(
            description="The command: a tool of the toolchain, then its words. A word that mentions a list is repeated "
            "for each of its items; words in an inner list are repeated together. Files that it mentions are inputs.",
            examples=[["zig", "cc", "{sources.units}", ["-I", "{options.includes}"], "-o", "{name}.wasm"]],
        ),
    ]
    each: Annotated[
        str | None,
        Meta(
            description="A list: the command runs once for each of its items, which it mentions as `{each}`.",
            examples=["{sources.c-units}"],
        ),
    ] = None
    inputs: Annotated[
        tuple[str, ...],
        Meta(
            description="Lists of files that the command reads although its words do not mention them.",
            examples=[["{sources.headers}"]],
        ),
    ] = ()
    placeholders: Annotated[
        tuple[str, ...],
        Meta(
            description="Paths where an empty file is put: their names matter to the command, their content does not."
        ),
    ] = ()
    outputs: Annotated[
        dict[str, str],
        Meta(
            description="What it writes: a role and the path. A path that ends in `/` is a folder.",
            examples=[{"module": "{name}.wasm"}],
        ),
    ]
    depfile: Annotated[
        str | None,
        Meta(
            description="A Make rule that the tool writes, with the inputs that it really read. If one of them is "
            "outside the action's directory and its toolchain, the build fails."
        ),
    ] = None
    depfiles: Annotated[
        tuple[str, ...],
        Meta(
            description="Patterns of more such rules. They are checked in the same way, but an input that they do not "
            "name still counts as read."
        ),
    ] = ()
    scratch: Annotated[
        str | None,
        Meta(
            description="A folder that is kept between builds while only sources change. Use it only for a tool that "
            "rebuilds what depends on any newer source, and never relies on a source being old."
        ),
    ] = None
    environments: Annotated[
        tuple[str, ...],
        Meta(description="Names of the recipe's `environments` whose variables the command gets; later ones win."),
    ] = ()
    env: Annotated[
        dict[str, str],
        Meta(
            description="Its own environment variables. They replace those of `environments` and of the recipe's `env`."
        ),
    ] = {}
    network: Annotated[
        bool,
        Meta(
            description="Whether the command may use the network. It then sees the caller's home folder, proxies and "
            "certificates."
        ),
    ] = False
    toolchain: Annotated[
        str | None,
        Meta(description="The toolchain of its command, if not the recipe's. May mention lookups, flags and choices."),
    ] = None
    note: Annotated[
        str,
        Meta(
            description="What is said when the command starts, of one that can take long: what it does, and how often.",
            examples=["libc, from source: once per machine"],
        ),
    ] = ""
    timeout: Annotated[Seconds, Meta(description="Seconds after which the command is stopped.")] = 600.0


class RecipeTables(TomlStruct, frozen=True, kw_only=True):
    """The tables that a recipe and a fragment of recipes have in common."""

    languages: Annotated[
        dict[str, dict[str, Words]],
        Meta(
            description="The languages it builds, each with words for `{language.KEY}`. A pass has none. A component "
            "can be linked with libraries in its own language and in those before it.",
            examples=[{"c": {"linker": "emcc"}, "c++": {"linker": "em++"}}],
        ),
    ] = {}
    kinds: Annotated[
        dict[str, dict[str, Words]], Meta(description="Words for `{kind.KEY}`, for `command`, `reactor` and `library`.")
    ] = {}
    sources: Annotated[
        dict[str, tuple[str, ...]],
        Meta(
            description="Groups of source files: patterns from the component's folder. `{sources.GROUP}` stands for "
            "the files.",
            examples=[{"units": ["*.c", "src/**/*.c"]}],
        ),
    ] = {}
    mentioned: Annotated[
        dict[str, str],
        Meta(
            description="Groups of sources of which only those files count that others mention: a regular expression "
            "whose groups match the names in a text, of which the end of a path is enough. The component's folder is "
            "searched, and every folder that it names from the project's root.",
            examples=[{"included": '#include "([^"\\n]+)"'}],
        ),
    ] = {}
    options: Annotated[dict[str, Option], Meta(description="What a component may set in its `options`.")] = {}
    features: Annotated[
        dict[str, FeatureWords],
        Meta(
            description="The WebAssembly features that it can switch; `{features}` stands for the words of all of them."
        ),
    ] = {}
    targets: Annotated[
        dict[str, dict[str, Words]],
        Meta(description="Words for `{target.KEY}`. A target without any uses those of the target that it is `like`."),
    ] = {}
    profiles: Annotated[
        dict[str, dict[str, Words]],
        Meta(description="Words for `{profile.KEY}`, for the profiles `dev`, `release` and `size`."),
    ] = {}
    lists: Annotated[
        dict[str, Templates],
        Meta(
            description="Words that several steps share. `{lists.NAME}` stands for them, expanded in the step "
            "that mentions it. A list may mention those before it.",
            examples=[{"compile": ["{profile.compile}", "{features}", "-I{options.includes}"]}],
        ),
    ] = {}
    library: Annotated[
        dict[str, Templates],
        Meta(
            description="What a component of kind `library` gives to those that need it: `includes` (folders of "
            "headers) and `archives`. A recipe without it makes and takes no libraries.",
            examples=[{"includes": ["{public.includes}"], "archives": ["{steps.archive.archive}"]}],
        ),
    ] = {}
    env: Annotated[
        dict[str, str], Meta(description="Environment variables of every step; a step's own replace them.")
    ] = {}
    environments: Annotated[
        dict[str, dict[str, str]],
        Meta(description="Environment variables that several steps share, under a name that these steps mention."),
    ] = {}


class RecipeFragment(RecipeTables, frozen=True, kw_only=True):
    """The whole of one file in `recipes/fragments/`: tables that several recipes share.

    A recipe that names it in `fragments` has its keys as well. A key that is in two of them is an error: nothing is
    replaced.
    """

    format: Annotated[int, Meta(description="The version of the file format: 1.")]
    name: Annotated[str, Meta(description="Its name, the same as the file's.")]


class Recipe(RecipeTables, frozen=True, kw_only=True):
    """The whole of one recipe file. A pass is a recipe without languages that takes what another recipe built."""

    format: Annotated[int, Meta(description="The version of the file format: 1.")]
    name: Annotated[str, Meta(description="Its name, the same as the file's.")]
    summary: Annotated[str, Meta(description="What it is, in one phrase.")] = ""
    toolchain: Annotated[str, Meta(description="The toolchain whose tools its steps run, see a step's `toolchain`.")]
    fragments: Annotated[
        tuple[str, ...],
        Meta(
            description="Fragments (files in `recipes/fragments/`) whose keys this recipe has as well, before its own."
        ),
    ] = ()
    files: Annotated[
        dict[str, str],
        Meta(
            description="Files beside this one. `{files.NAME}` stands for where such a file is put for the steps that "
            "mention it.",
            examples=[{"build": "build.cmake"}],
        ),
    ] = {}
    provides: Annotated[
        tuple[str, ...],
        Meta(
            description="Import modules, or single names (`env.log`), that the JavaScript built here provides. Where a "
            "target delivers glue, the module may import them; unless they are WASI's, it runs only through that glue."
        ),
    ] = ()
    optional: Annotated[
        tuple[str, ...],
        Meta(
            description="Of a pass: roles that it takes where something made them; elsewhere `{given.ROLE}` stands for "
            "no word.",
            examples=[["data"]],
        ),
    ] = ()
    steps: Annotated[
        tuple[Step, ...], Meta(description="The commands, in order: a step may mention the outputs of those before it.")
    ]
