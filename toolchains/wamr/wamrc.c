/* wamrc: compiles a module ahead of time to WAMR's AOT format. It takes the main options of WAMR's own wamrc; unlike
 * that one it takes no heed of the machine it runs on beyond its architecture, so that the same module gives the same
 * file everywhere: --cpu and --cpu-features name more. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aot_export.h"
#include "wasm_export.h"

static const char USAGE[] =
    "usage: wamrc [options] -o FILE.aot FILE.wasm\n"
    "  --target=ARCH              x86_64, i386, aarch64, arm, thumb, riscv64, riscv32, mips, … (this machine's)\n"
    "  --target-abi=ABI           gnu, eabi, gnueabihf, msvc\n"
    "  --cpu=CPU                  as LLVM calls it (x86-64-v2 for x86_64, else generic)\n"
    "  --cpu-features=+A,-B       as LLVM calls them\n"
    "  --opt-level=0..3           (3)\n"
    "  --size-level=0..3          (3)\n"
    "  --bounds-checks=0|1        check memory accesses by code (not where the hardware does it)\n"
    "  --stack-bounds-checks=0|1  check the stack by code (the same)\n"
    "  --disable-simd --disable-ref-types --disable-bulk-memory\n"
    "  --enable-bulk-memory-opt --enable-call-indirect-overlong --enable-lime1\n"
    "  --enable-multi-thread --enable-tail-call --enable-extended-const\n"
    "  --format=aot|object|llvmir-opt|llvmir-unopt\n"
    "  --version\n";

typedef struct {
    const char *word;
    bool *flag;
    bool becomes;
} Switch;

static int
fail(const char *what, const char *why)
{
    fprintf(stderr, "wamrc: %s: %s\n", what, why ? why : "failed");
    return 1;
}

static const char *
value(const char *word, const char *name)
{
    size_t length = strlen(name);
    return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

static bool
set_format(AOTCompOption *option, const char *said)
{
    static const char *const names[] = { "aot", "object", "llvmir-unopt", "llvmir-opt" };
    static const uint32_t formats[] = { AOT_FORMAT_FILE, AOT_OBJECT_FILE, AOT_LLVMIR_UNOPT_FILE, AOT_LLVMIR_OPT_FILE };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (!strcmp(said, names[i])) {
            option->output_format = formats[i];
            return true;
        }
    return false;
}

/* Take one word that begins with a dash; false when it is none of ours. */
static bool
take(AOTCompOption *option, const char *word)
{
    const Switch switches[] = {
        { "--disable-simd", &option->enable_simd, false },
        { "--enable-simd", &option->enable_simd, true },
        { "--disable-ref-types", &option->enable_ref_types, false },
        { "--disable-bulk-memory", &option->enable_bulk_memory, false },
        { "--enable-bulk-memory-opt", &option->enable_bulk_memory_opt, true },
        { "--enable-call-indirect-overlong", &option->enable_call_indirect_overlong, true },
        { "--enable-lime1", &option->enable_lime1, true },
        { "--enable-multi-thread", &option->enable_thread_mgr, true },
        { "--enable-tail-call", &option->enable_tail_call, true },
        { "--enable-extended-const", &option->enable_extended_const, true },
        { "--disable-llvm-lto", &option->disable_llvm_lto, true },
        { "--enable-indirect-mode", &option->is_indirect_mode, true },
    };
    const struct {
        const char *name;
        uint32_t *number;
    } numbers[] = {
        { "--opt-level", &option->opt_level },
        { "--size-level", &option->size_level },
        { "--bounds-checks", &option->bounds_checks },
        { "--stack-bounds-checks", &option->stack_bounds_checks },
    };
    const struct {
        const char *name;
        char **text;
    } texts[] = {
        { "--target", &option->target_arch },
        { "--target-abi", &option->target_abi },
        { "--cpu", &option->target_cpu },
        { "--cpu-features", &option->cpu_features },
    };
    const char *said;
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        if (!strcmp(word, switches[i].word)) {
            *switches[i].flag = switches[i].becomes;
            return true;
        }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if ((said = value(word, numbers[i].name))) {
            *numbers[i].number = (uint32_t)strtoul(said, NULL, 10);
            return said[0] >= '0' && said[0] <= '3' && !said[1];
        }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if ((said = value(word, texts[i].name))) {
            *texts[i].text = (char *)said;
            return *said != '\0';
        }
    return (said = value(word, "--format")) && set_format(option, said);
}

/* What LLVM takes for a machine that nobody named: its architecture, with the least CPU that has all of SIMD. */
static void
settle(AOTCompOption *option)
{
#if defined(__x86_64__)
    static char here[] = "x86_64";
#elif defined(__aarch64__)
    static char here[] = "aarch64";
#elif defined(__riscv) && __riscv_xlen == 64
    static char here[] = "riscv64";
#else
    static char *here = NULL;
#endif
    static char second[] = "x86-64-v2", generic[] = "generic";
    if (!option->target_arch)
        option->target_arch = here;
    if (!option->target_cpu && option->target_arch && !strchr(option->target_arch, '-')) {
        if (!strcmp(option->target_arch, "x86_64"))
            option->target_cpu = second;
        else if (!strncmp(option->target_arch, "aarch64", 7))
            option->target_cpu = generic;
    }
    option->enable_bulk_memory_opt |= option->enable_bulk_memory;
    option->enable_call_indirect_overlong |= option->enable_ref_types;
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

static bool
emit(aot_comp_context_t context, aot_comp_data_t facts, uint32_t format, const char *to)
{
    if (format == AOT_FORMAT_FILE)
        return aot_emit_aot_file(context, facts, to);
    if (format == AOT_OBJECT_FILE)
        return aot_emit_object_file(context, to);
    return aot_emit_llvm_file(context, to);
}

static int
compile(AOTCompOption *option, const char *from, const char *to)
{
    char why[256] = "";
    uint32_t size = 0;
    uint8_t *data = read_file(from, &size);
    wasm_module_t module;
    aot_comp_data_t facts;
    aot_comp_context_t context;

    if (!data)
        return fail(from, "cannot be read, or is empty");
    if (!(module = wasm_runtime_load(data, size, why, sizeof why)))
        return fail(from, why);
    if (!(facts = aot_create_comp_data(module, option->target_arch, false)))
        return fail(from, aot_get_last_error());
    if (!(context = aot_create_comp_context(facts, option)) || !aot_compile_wasm(context)
        || !emit(context, facts, option->output_format, to))
        return fail(from, aot_get_last_error());
    aot_destroy_comp_context(context);
    aot_destroy_comp_data(facts);
    wasm_runtime_unload(module);
    free(data);
    return 0;
}

int
main(int argc, char **argv)
{
    AOTCompOption option = { .opt_level = 3, .size_level = 3, .output_format = AOT_FORMAT_FILE };
    RuntimeInitArgs start = { .mem_alloc_type = Alloc_With_System_Allocator };
    const char *from = NULL, *to = NULL;
    int code;

    option.bounds_checks = option.stack_bounds_checks = 2; /* neither said */
    option.enable_simd = option.enable_ref_types = option.enable_bulk_memory = true;
    option.enable_aux_stack_check = true;
    aot_call_stack_features_init_default(&option.call_stack_features);
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--version")) {
            uint32_t major, minor, patch;
            wasm_runtime_get_version(&major, &minor, &patch);
            printf("wamrc %u.%u.%u\n", major, minor, patch);
            return 0;
        }
        if (!strcmp(argv[i], "-o") && i + 1 < argc)
            to = argv[++i];
        else if (argv[i][0] != '-' && !from)
            from = argv[i];
        else if (!take(&option, argv[i]))
            return fail(argv[i], "unknown, or not one of its values; `wamrc` alone lists the options"), 2;
    }
    if (!from || !to) {
        fputs(USAGE, stderr);
        return 2;
    }
    settle(&option);
    if (!wasm_runtime_full_init(&start))
        return fail("WAMR", "cannot be started");
    wasm_runtime_set_log_level(WASM_LOG_LEVEL_ERROR);
    code = aot_compiler_init() ? compile(&option, from, to) : fail("LLVM", aot_get_last_error());
    aot_compiler_destroy();
    wasm_runtime_destroy();
    return code;
}
