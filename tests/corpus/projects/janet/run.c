#include <janet.h>

/* The number that a script evaluates to; -1 for an error. */
int run(const char *script)
{
    Janet value;
    int result = -1;

    janet_init();
    if (janet_dostring(janet_core_env(), script, "script", &value) == 0 && janet_checktype(value, JANET_NUMBER))
        result = (int)janet_unwrap_number(value);
    janet_deinit();
    return result;
}
