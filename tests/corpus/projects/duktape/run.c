#include <duktape.h>

/* The integer that a program evaluates to; -1 for an error. */
int run(const char *program)
{
    duk_context *context = duk_create_heap_default();
    int result = -1;

    if (duk_peval_string(context, program) == 0) result = duk_get_int(context, -1);
    duk_destroy_heap(context);
    return result;
}
