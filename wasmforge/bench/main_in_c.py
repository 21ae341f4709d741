"""Writes the `main` of a program that times a call itself: for runtimes that start programs and tell no times; pure."""

from collections.abc import Sequence

from wasmforge.bench.contestants import Argument
from wasmforge.model.module import FuncType

FILE = "wasmforge-bench.c"
"""What the file is called that it is written to."""

TYPES = {"i32": "int32_t", "i64": "int64_t", "f32": "float", "f64": "double"}

TOLD = {
    "i32": 'printf("%d\\n", (int)said);',
    "i64": 'printf("%lld\\n", (long long)said);',
    "f32": 'printf("%.17g\\n", (double)said);',
    "f64": 'printf("%.17g\\n", said);',
}

TEXT = """\
// Calls {call} as often as it is told, and prints the seconds that this took. Told 0, it calls once, prints the result
// and leaves the buffers in files.
#define _POSIX_C_SOURCE 200809L // clock_gettime, also where the language is asked for strictly
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

{result} {call}({types});

// Through a table, which compilers of native code do not see through: a call whose result nobody takes would vanish.
static {result} (*volatile again)({types}) = {call};

static void *filled(const char *path, size_t size) {{
    void *room = malloc(size);
    FILE *file = fopen(path, "rb");
    if (!room || !file || fread(room, 1, size, file) != size) exit(3);
    fclose(file);
    return room;
}}

static void left(const char *path, const void *room, size_t size) {{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(room, 1, size, file) != size || fclose(file)) exit(4);
}}

int main(int argc, char **argv) {{
    long calls = argc > 1 ? strtol(argv[1], 0, 10) : 0;
{rooms}
    {keep}{call}({arguments});
    if (calls == 0) {{
{saved}
        {told}
        return 0;
    }}
    struct timespec begun, ended;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    for (long i = 0; i < calls; i++) again({arguments});
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%.9f\\n", (double)(ended.tv_sec - begun.tv_sec) + (double)(ended.tv_nsec - begun.tv_nsec) / 1e9);
    return 0;
}}
"""


def main_in_c(call: str, kind: FuncType, args: Sequence[Argument], sizes: Sequence[int]) -> str:
    """The source. `sizes` are those of the buffers, in bytes; they are read from `/argument-N` and left in `/out.N`."""
    buffers = [n for n, a in enumerate(args, 1) if a.kind == "buffer"]
    rooms = [f'    void *b{n} = filled("/argument-{n}", {size});' for n, size in zip(buffers, sizes, strict=True)]
    saved = [f'        left("/out.{i}", b{n}, {size});' for i, (n, size) in enumerate(zip(buffers, sizes, strict=True))]
    result = TYPES[kind.results[0]] if kind.results else "void"
    return TEXT.format(
        call=call,
        result=result,
        types=", ".join("void *" if a.kind == "buffer" else TYPES[k] for a, k in zip(args, kind.params, strict=True))
        or "void",
        arguments=", ".join(f"b{n}" if a.kind == "buffer" else _number(a) for n, a in enumerate(args, 1)),
        rooms="\n".join(rooms),
        saved="\n".join(saved),
        keep=f"{result} said = " if kind.results else "",
        told=TOLD[kind.results[0]] if kind.results else "",
    )


def _number(argument: Argument) -> str:
    """A number as C has it: the least of each integer type has no literal of its own."""
    if argument.kind in {"i32", "i64"}:
        return (
            f"({TYPES[argument.kind]})({int(argument.value) + 1}LL - 1)"
            if int(argument.value) < 0
            else f"{argument.value}LL"
        )
    spelled = {"NaN": "(0.0 / 0.0)", "Infinity": "(1.0 / 0.0)", "-Infinity": "(-1.0 / 0.0)"}
    return f"({TYPES[argument.kind]}){spelled.get(argument.value, argument.value)}"
