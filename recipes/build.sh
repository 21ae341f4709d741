#!/bin/sh
# Configures, builds and installs a project with `make`, with the toolchain that the environment names.
#
#   build.sh SOURCE INSTALL [WORD…]     WORDs are for `configure`, where the project has one
#
# In the environment: CC, CXX, AR, RANLIB, CFLAGS, CXXFLAGS; MAKE_WORDS for make; INSTALL_WORDS for the second make,
# empty for none; COPY: files of the project's folder that are to be copied into INSTALL.
set -eu
install=$PWD/$2
log=$PWD/.build.log

# What goes well need not be told: other people's warnings are not this build's.
run() {
    "$@" >"$log" 2>&1 || { cat "$log"; echo "failed: $*"; exit 1; }
}

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
