#!/bin/sh
# Configures, builds and installs a project with `make`, with the toolchain that the environment names.
#
#   build.sh SOURCE INSTALL [WORD…]     WORDs are for `configure`, where the project has one
#
# In the environment: CC, CXX, AR, RANLIB, CFLAGS, CXXFLAGS; MAKE_WORDS for make; INSTALL_WORDS for the second make,
# empty for none; COPY: files of the project's folder that are to be copied into INSTALL; NEEDED_INCLUDES, NEEDED_ARCHIVES:
# folders of headers, and archives, of libraries that it needs.
#
# clang notes every header that it reads in CC_PRINT_HEADERS_FILE; that becomes a Make rule beside it, with suffix .d.
set -eu
install=$PWD/$2
log=$PWD/.build.log

# What goes well need not be told: other people's warnings are not this build's.
run() {
    "$@" >"$log" 2>&1 || { cat "$log"; echo "failed: $*"; exit 1; }
}

# Compilers search CPATH, whatever words a Makefile gives them; `configure` takes LDFLAGS.
for folder in $NEEDED_INCLUDES; do
    CPATH="${CPATH:+$CPATH:}$PWD/$folder"
done
for archive in $NEEDED_ARCHIVES; do
    LDFLAGS="${LDFLAGS:+$LDFLAGS }-L$PWD/$(dirname "$archive")"
done
export CPATH="${CPATH:-}" LDFLAGS="${LDFLAGS:-}"

cd "$1"
shift 2
# All of one age, else automake takes what was laid here first for out of date, and wants to be there itself.
find . -type f -exec touch -t 198001010000 {} +
if [ -f configure ]; then
    run sh ./configure --prefix="$install" "$@"
fi
# Said again, because many a Makefile says CC = gcc.
run make $MAKE_WORDS CC="$CC" CXX="$CXX" AR="$AR" RANLIB="$RANLIB"
if [ -n "$INSTALL_WORDS" ]; then
    run make $MAKE_WORDS $INSTALL_WORDS CC="$CC" CXX="$CXX" AR="$AR" RANLIB="$RANLIB" prefix="$install" PREFIX="$install"
fi
for file in $COPY; do
    mkdir -p "$install/$(dirname "$file")"
    cp "$file" "$install/$file"
done
if [ -f "$CC_PRINT_HEADERS_FILE" ]; then
    sed 's/ /\\ /g; s/^/headers: /' "$CC_PRINT_HEADERS_FILE" | sort -u >"$CC_PRINT_HEADERS_FILE.d"
fi
