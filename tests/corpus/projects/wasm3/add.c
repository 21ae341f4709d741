#include <m3_env.h>
#include <stdio.h>
#include <wasm3.h>

/* (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)) */
static const unsigned char MODULE[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x07, 0x01, 0x60, 0x02, 0x7f, 0x7f, 0x01, 0x7f, 0x03, 0x02,
    0x01, 0x00, 0x07, 0x07, 0x01, 0x03, 0x61, 0x64, 0x64, 0x00, 0x00, 0x0a, 0x09, 0x01, 0x07, 0x00, 0x20, 0x00, 0x20,
    0x01, 0x6a, 0x0b,
};

int add(int a, int b)
{
    IM3Environment environment = m3_NewEnvironment();
    IM3Runtime runtime = m3_NewRuntime(environment, 8192, NULL);
    IM3Module module;
    IM3Function function;
    char first[12], second[12];
    int sum;

    if (m3_ParseModule(environment, &module, MODULE, sizeof MODULE)) return -2;
    if (m3_LoadModule(runtime, module)) return -3;
    if (m3_FindFunction(&function, runtime, "add")) return -4;
    snprintf(first, sizeof first, "%d", a);
    snprintf(second, sizeof second, "%d", b);
    if (m3_CallWithArgs(function, 2, (const char *[]){first, second})) return -5;
    sum = *(int *)runtime->stack;
    m3_FreeRuntime(runtime);
    m3_FreeEnvironment(environment);
    return sum;
}
