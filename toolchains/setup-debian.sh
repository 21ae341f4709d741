#!/bin/sh
# Installs the toolchains that Debian and Ubuntu package: Rust with its WebAssembly library, clang with WASI's libc,
# Emscripten, binaryen; and bubblewrap, which holds what they run. As root; for anybody else it prints the command to run.
# `setup-debian.sh --list` prints the packages and does nothing.
set -eu

if ! command -v apt-get >/dev/null; then
    echo "setup: this machine has no apt-get; \`wasmforge doctor\` names other ways for each toolchain" >&2
    exit 3
fi

wanted="cargo rustc lld llvm clang wasi-libc emscripten binaryen cmake make ninja-build ccache libstd-rust-dev-wasm32 bubblewrap"
# Older releases have these only with clang's version in their names.
version=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p' | head -n 1)
for library in libclang-rt libc++ libc++abi; do
    for name in "$library-dev-wasm32" "$library-$version-dev-wasm32"; do
        if apt-cache show "$name" >/dev/null 2>&1; then
            wanted="$wanted $name"
            break
        fi
    done
done

if [ "${1:-}" = --list ]; then
    echo "$wanted"
    exit 0
fi
if [ "$(id -u)" != 0 ]; then
    echo "setup: run this as root:"
    echo "    apt-get update && apt-get install $wanted"
    exit 3
fi
apt-get update -q
# shellcheck disable=SC2086 - the list is words
DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $wanted
