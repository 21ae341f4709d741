/* iwasm: runs a module, or what wamrc made of one, in WAMR. It takes the main options of WAMR's own iwasm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wasm_export.h"

#define MOST 64

static const char USAGE[] =
    "usage: iwasm [options] FILE [argument...]\n"
    "  -f NAME, --function NAME   call this export instead of the program\n"
    "  --dir=DIR                  a folder the program may use\n"
    "  --map-dir=GUEST::HOST      a folder it may use under another name\n"
    "  --env=\"KEY=VALUE\"          a variable it sees\n"
    "  --stack-size=N             bytes of stack (65536)\n"
    "  --heap-size=N              bytes of heap beside its memory (0)\n"
    "  --max-threads=N            threads it may start (4)\n"
    "  --version\n";

typedef struct {
    const char *items[MOST];
    uint32_t count;
} List;

typedef struct {
    List dirs, mapped, env;
    const char *function;
    uint32_t stack, heap, threads;
} Options;

static int
fail(const char *what, const char *why)
{
    fprintf(stderr, "iwasm: %s: %s\n", what, why);
    return 1;
}

/* What follows `name=` in a word, or NULL. */
static const char *
value(const char *word, const char *name)
{
    size_t length = strlen(name);
    return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

static int
add(List *list, const char *item)
{
    if (list->count == MOST)
        return 0;
    list->items[list->count++] = item;
    return 1;
}

/* Read the options; the index of the file, 0 for a mistake, -1 when all is said. */
static int
parse(int argc, char **argv, Options *options)
{
    int i;
    for (i = 1; i < argc && argv[i][0] == '-'; i++) {
        const char *word = argv[i], *said;
        if (!strcmp(word, "--version")) {
            uint32_t major, minor, patch;
            wasm_runtime_get_version(&major, &minor, &patch);
            printf("iwasm %u.%u.%u\n", major, minor, patch);
            return -1;
        }
        if (!strcmp(word, "-f") || !strcmp(word, "--function")) {
            if (++i == argc)
                return 0;
            options->function = argv[i];
        }
        else if ((said = value(word, "--dir"))) {
            if (!add(&options->dirs, said))
                return 0;
        }
        else if ((said = value(word, "--map-dir"))) {
            if (!add(&options->mapped, said))
                return 0;
        }
        else if ((said = value(word, "--env"))) {
            if (!add(&options->env, said))
                return 0;
        }
        else if ((said = value(word, "--stack-size")))
            options->stack = (uint32_t)strtoul(said, NULL, 10);
        else if ((said = value(word, "--heap-size")))
            options->heap = (uint32_t)strtoul(said, NULL, 10);
        else if ((said = value(word, "--max-threads")))
            options->threads = (uint32_t)strtoul(said, NULL, 10);
        else
            return 0;
    }
    return i < argc ? i : 0;
}

static uint8_t *
read_file(const char *path, uint32_t *size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    long length;
    if (file && fseek(file, 0, SEEK_END) == 0 && (length = ftell(file)) > 0 && fseek(file, 0, SEEK_SET) == 0
        && (data = malloc((size_t)length)) && fread(data, 1, (size_t)length, file) == (size_t)length)
        *size = (uint32_t)length;
    else {
        free(data);
        data = NULL;
    }
    if (file)
        fclose(file);
    return data;
}

static int
execute(wasm_module_inst_t instance, const char *function, int argc, char **argv)
{
    const char *exception;
    bool done = function ? wasm_application_execute_func(instance, function, argc - 1, argv + 1)
                         : wasm_application_execute_main(instance, argc, argv);
    if ((exception = wasm_runtime_get_exception(instance))) {
        fprintf(stderr, "%s\n", exception);
        return 1;
    }
    return done ? (int)wasm_runtime_get_wasi_exit_code(instance) : 1;
}

static int
run(const Options *options, int argc, char **argv)
{
    char why[256] = "";
    uint32_t size = 0;
    uint8_t *data = read_file(argv[0], &size);
    wasm_module_t module;
    wasm_module_inst_t instance;
    int code;

    if (!data)
        return fail(argv[0], "cannot be read, or is empty");
    if (!(module = wasm_runtime_load(data, size, why, sizeof why))) {
        free(data);
        return fail(argv[0], why);
    }
    wasm_runtime_set_wasi_args(module, (const char **)options->dirs.items, options->dirs.count,
                               (const char **)options->mapped.items, options->mapped.count,
                               (const char **)options->env.items, options->env.count, argv, argc);
    instance = wasm_runtime_instantiate(module, options->stack, options->heap, why, sizeof why);
    code = instance ? execute(instance, options->function, argc, argv) : fail(argv[0], why);
    if (instance)
        wasm_runtime_deinstantiate(instance);
    wasm_runtime_unload(module);
    free(data);
    return code;
}

int
main(int argc, char **argv)
{
    Options options = { .stack = 65536, .threads = 4 };
    RuntimeInitArgs start = { .mem_alloc_type = Alloc_With_System_Allocator };
    int code, at = parse(argc, argv, &options);

    if (at == -1)
        return 0;
    if (at == 0) {
        fputs(USAGE, stderr);
        return 2;
    }
    start.max_thread_num = options.threads;
    if (!wasm_runtime_full_init(&start))
        return fail("WAMR", "cannot be started");
    wasm_runtime_set_log_level(WASM_LOG_LEVEL_ERROR);
    code = run(&options, argc - at, argv + at);
    wasm_runtime_destroy();
    return code;
}
