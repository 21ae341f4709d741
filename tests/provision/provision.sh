#!/bin/sh
# Gives a bare Debian machine all that `make test-all` needs: a container engine, a browser, a base image, and the
# toolchains' images. Run it as root. What is there already is kept, so that a second run takes seconds.
#
# No package mirror is named here: everything comes from where this machine's own packages come from.
set -eu
cd "$(dirname "$0")/../.."

WASMFORGE=${WASMFORGE:-.venv/bin/wasmforge}
BASE=debian:forky-slim
TWIN=wasmforge-test/twin
LOG=${TMPDIR:-/tmp}/dockerd.log

say() { printf '%s\n' "provision: $*"; }
fail() { say "$*" >&2; exit 3; }

# --- the engine ---------------------------------------------------------------------------------------------------
if ! command -v docker >/dev/null || ! command -v mmdebstrap >/dev/null; then
    [ "$(id -u)" = 0 ] || fail "docker and mmdebstrap are missing: run this as root"
    say "installing docker.io and mmdebstrap"
    apt-get update -q
    client=$(apt-cache show docker-cli >/dev/null 2>&1 && echo docker-cli || true) # a package of its own since Debian 13
    DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
        docker.io $client mmdebstrap iptables ca-certificates
fi
if ! docker info >/dev/null 2>&1; then
    [ "$(id -u)" = 0 ] || fail "no container engine answers: start one, or run this as root"
    say "starting dockerd, which writes to $LOG"
    nohup setsid dockerd >"$LOG" 2>&1 </dev/null &
    tries=0
    until docker info >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -le 60 ] || { tail -20 "$LOG" >&2; fail "dockerd did not start"; }
        sleep 1
    done
fi

# --- what holds commands, and what sees all that they open ----------------------------------------------------------
if ! command -v bwrap >/dev/null || ! command -v strace >/dev/null; then
    [ "$(id -u)" = 0 ] || fail "bubblewrap or strace is missing: run this as root"
    say "installing bubblewrap and strace"
    DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends bubblewrap strace
fi

# --- a browser ----------------------------------------------------------------------------------------------------
if ! command -v chromium >/dev/null; then
    [ "$(id -u)" = 0 ] || fail "chromium is missing: run this as root"
    say "installing chromium"
    DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium
fi

if ! .venv/bin/python -c 'import playwright' 2>/dev/null; then
    say "installing playwright, which drives it"
    .venv/bin/pip install --quiet playwright
fi

# --- images made from packages ------------------------------------------------------------------------------------
# From the mirror that this machine's apt uses, handing on what apt says of frozen mirrors, which are older than their
# signatures are valid for.
from_packages() { # IMAGE SUITE PACKAGES
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk -v release="$release" '$2 == release && $3 == "main" { print $1; exit }')
    [ -n "$mirror" ] || fail "the sources of apt name no archive of Debian: make an image $1 yourself"
    say "making $1 from this machine's package mirror"
    image=$1 suite=$2 packages=$3
    set --
    for option in $(apt-config dump | sed -n 's/^\(Acquire::Check-[A-Za-z-]*\) "\([^"]*\)";$/\1=\2/p'); do
        set -- "$@" --aptopt="${option%%=*} \"${option#*=}\""
    done
    mmdebstrap --quiet --variant=minbase --include="$packages" "$@" "$suite" - "$mirror" |
        docker import - "$image" >/dev/null
}
has_image() { docker image inspect "$1" >/dev/null 2>&1; }

has_image "$BASE" || from_packages "$BASE" forky ca-certificates

# What `make setup-toolchains` gives this machine, once more in an image: the same compilers on both sides.
if ! has_image "$TWIN"; then
    from_packages "$TWIN" "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$(toolchains/setup-debian.sh --list | tr ' ' ,)"
fi

# --- what Debian does not package ---------------------------------------------------------------------------------
# Debian's Rust for WebAssembly is an old one. Where rustup brings a newer, it also has what that needs.
if command -v rustup >/dev/null; then
    { rustup --quiet target add wasm32-unknown-unknown wasm32-wasip1 && rustup --quiet component add rust-src; } ||
        say "rustup cannot download: tests of its toolchains will be missing something"
fi
# Not optimised, which is compiled sooner: these only ever see small modules.
install_crate() { # NAME OPTIONS
    CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        cargo install --quiet --locked --root /usr/local "$@" ||
        say "cannot install $1: its tests will be missing something"
}
BINDGEN=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p}' samples/textstats/Cargo.lock)
if [ "$(wasm-bindgen --version 2>/dev/null)" != "wasm-bindgen $BINDGEN" ]; then
    say "installing wasm-bindgen $BINDGEN"
    install_crate wasm-bindgen-cli --force --version "$BINDGEN"
fi
if ! command -v wasm-pack >/dev/null; then
    say "installing wasm-pack"
    install_crate wasm-pack
fi

# Nor does anything have Viceroy built; the crate `fastly` of the samples must not be newer than it. It compiles what it
# serves: with Cranelift not optimised that takes seconds for what is small.
# WITHOUT=viceroy leaves it out, and the tests that need it are then permitted to be skipped.
case " ${WITHOUT:-} " in
    *" viceroy "*) ;;
    *) command -v viceroy >/dev/null || { say "installing viceroy" && install_crate viceroy --version 0.22.0; } ;;
esac

# --- the toolchains' images -----------------------------------------------------------------------------------------
for name in ${PROVISION:-wasi-sdk rust emscripten wasmedge wamr}; do
    case $name in
        emscripten) set -- --stage common ;; # the rest takes as long again, and no test asks for it
        *) set -- ;;
    esac
    "$WASMFORGE" toolchain build "$name" "$@"
done
