#include <wren.h>

/* What a script leaves in its variable `sum`; -1 if it does not compile or fails. */
int run(const char *script)
{
    WrenConfiguration configuration;
    WrenVM *vm;
    int sum = -1;

    wrenInitConfiguration(&configuration);
    vm = wrenNewVM(&configuration);
    if (wrenInterpret(vm, script) == WREN_RESULT_SUCCESS) {
        wrenEnsureSlots(vm, 1);
        wrenGetVariable(vm, "main", "sum", 0);
        sum = (int)wrenGetSlotDouble(vm, 0);
    }
    wrenFreeVM(vm);
    return sum;
}
