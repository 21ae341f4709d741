// What C++ calls for a thread_local object that has a destructor, where libc++abi was built without threads and leaves it
// out: there is one thread. Weak, for a libc++abi that has it.
extern "C" int __cxa_atexit(void (*destroy)(void *), void *object, void *module);

extern "C" __attribute__((weak)) int __cxa_thread_atexit(void (*destroy)(void *), void *object, void *module) {
    return __cxa_atexit(destroy, object, module);
}
