"""Builds one codebase into WebAssembly for many hosts, checks the result against contracts, and runs it."""
