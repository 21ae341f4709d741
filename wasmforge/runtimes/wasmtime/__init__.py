"""The driver for Wasmtime, embedded in a child process."""
