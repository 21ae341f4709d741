// Emscripten tells its JavaScript whenever memory has grown. A module without that JavaScript has nobody to tell.
extern "C" void emscripten_notify_memory_growth(__SIZE_TYPE__) {}
