/* What LLVM calls for setjmp and longjmp where they are WebAssembly's exceptions (-wasm-enable-sjlj), and the tags that
 * are thrown: C++ exceptions and jumps. Zig's libc has none of it. Other code never sees what a buffer holds: which call
 * of a function set it (`func`, an address in its frame), at which of its setjmps (`label`, 0 is none), and what a jump
 * gives to whoever catches it, in the order in which LLVM reads it. */
#include <stdint.h>

struct buffer {
    void *func;
    uint32_t label;
    struct {
        void *buffer;
        int value;
    } thrown;
};

#define LONGJMP_TAG 1 /* as LLVM numbers them; C++ exceptions are 0 */

void __wasm_setjmp(struct buffer *buffer, uint32_t label, void *func) {
    buffer->func = func;
    buffer->label = label;
}

uint32_t __wasm_setjmp_test(struct buffer *buffer, void *func) {
    return buffer->func == func ? buffer->label : 0;
}

void __wasm_longjmp(struct buffer *buffer, int value) {
    buffer->thrown.buffer = buffer;
    buffer->thrown.value = value ? value : 1;
    __builtin_wasm_throw(LONGJMP_TAG, &buffer->thrown);
}

__asm__(
    ".tagtype __c_longjmp i32\n.globl __c_longjmp\n__c_longjmp:\n"
    ".tagtype __cpp_exception i32\n.globl __cpp_exception\n__cpp_exception:\n"
);
