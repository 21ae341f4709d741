#include <quickjs.h>
#include <string.h>

/* The integer that a script evaluates to; -1 for an exception. */
int run(const char *script, int size)
{
    JSRuntime *runtime = JS_NewRuntime();
    JSContext *context = JS_NewContext(runtime);
    JSValue value = JS_Eval(context, script, strlen(script), "script", JS_EVAL_TYPE_GLOBAL);
    int result = -1;

    (void)size;
    if (!JS_IsException(value)) JS_ToInt32(context, &result, value);
    JS_FreeValue(context, value);
    JS_FreeContext(context);
    JS_FreeRuntime(runtime);
    return result;
}
