"""wasmforge builds one codebase into WebAssembly for many hosts, proves the result and runs it."""
