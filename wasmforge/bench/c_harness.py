"""Returns the C source of a program that times a call itself, for runtimes that only start programs. Pure."""

from collections.abc import Sequence

from wasmforge.bench.participants import EncodedArgument
from wasmforge.model.module import FuncType

FILE_NAME = "wasmforge-bench.c"
"""The name of the file beside the component's sources."""

C_TYPES = {"i32": "int32_t", "i64": "int64_t", "f32": "float", "f64": "double"}

PRINT_RESULT = {
    "i32": 'printf("%d\\n", (int)result);',
    "i64": 'printf("%lld\\n", (long long)result);',
    "f32": 'printf("%.17g\\n", (double)result);',
    "f64": 'printf("%.17g\\n", result);',
}

SOURCE = """\
// With an argument N, calls {call} N times and prints the seconds that this took. Without, or with 0, calls it once,
// prints the result, and writes the buffers to files.
#define _POSIX_C_SOURCE 200809L // clock_gettime, also where the language is asked for strictly
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

{result} {call}({types});

// A pointer that compilers of native code cannot see through: else a call whose result is not used would vanish.
static {result} (*volatile again)({types}) = {call};

static void *read_buffer(const char *path, size_t size) {{
    void *buffer = malloc(size);
    FILE *file = fopen(path, "rb");
    if (!buffer || !file || fread(buffer, 1, size, file) != size) exit(3);
    fclose(file);
    return buffer;
}}

static void write_buffer(const char *path, const void *buffer, size_t size) {{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(buffer, 1, size, file) != size || fclose(file)) exit(4);
}}

int main(int argc, char **argv) {{
    long calls = argc > 1 ? strtol(argv[1], 0, 10) : 0;
{reads}
    {assign}{call}({arguments});
    if (calls == 0) {{
{writes}
        {print}
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


def c_harness(call: str, func_type: FuncType, args: Sequence[EncodedArgument], sizes: Sequence[int]) -> str:
    """The source. Buffers are read from `/argument-N` and written to `/out.N`; `sizes` are their bytes."""
    numbers = [n for n, a in enumerate(args, 1) if a.kind == "buffer"]
    buffers = list(zip(numbers, sizes, strict=True))
    types = ["void *" if a.kind == "buffer" else C_TYPES[p] for a, p in zip(args, func_type.params, strict=True)]
    result = func_type.results[0] if func_type.results else None
    c_result = C_TYPES[result] if result else "void"
    return SOURCE.format(
        call=call,
        result=c_result,
        types=", ".join(types) or "void",
        arguments=", ".join(f"b{n}" if a.kind == "buffer" else _literal(a) for n, a in enumerate(args, 1)),
        reads="\n".join(f'    void *b{n} = read_buffer("/argument-{n}", {size});' for n, size in buffers),
        writes="\n".join(f'        write_buffer("/out.{i}", b{n}, {size});' for i, (n, size) in enumerate(buffers)),
        assign=f"{c_result} result = " if result else "",
        print=PRINT_RESULT[result] if result else "",
    )


def _literal(argument: EncodedArgument) -> str:
    """A number in C; the smallest value of an integer type has no literal of its own."""
    c_type, value = C_TYPES[argument.kind], argument.value
    if argument.kind in {"i32", "i64"}:
        return f"({c_type})({int(value) + 1}LL - 1)" if int(value) < 0 else f"{value}LL"
    spelled = {"NaN": "(0.0 / 0.0)", "Infinity": "(1.0 / 0.0)", "-Infinity": "(-1.0 / 0.0)"}
    return f"({c_type}){spelled.get(value, value)}"
