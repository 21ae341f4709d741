#!/bin/sh
# Gives a bare Debian machine all that `make test-provisioned` needs: a container engine, a base image, and the toolchains'
# images. Run it as root. What is there already is kept, so that a second run takes seconds.
#
# No package mirror is named here: everything comes from where this machine's own packages come from.
set -eu
cd "$(dirname "$0")/../.."

WASMFORGE=${WASMFORGE:-.venv/bin/wasmforge}
BASE=debian:forky-slim
SUITE=forky
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

# --- the base image -----------------------------------------------------------------------------------------------
if ! docker image inspect "$BASE" >/dev/null 2>&1; then
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk -v release="$release" '$2 == release && $3 == "main" { print $1; exit }')
    [ -n "$mirror" ] || fail "the sources of apt name no archive of Debian: make an image $BASE yourself"
    say "making $BASE from this machine's package mirror"
    # A frozen mirror is older than its signatures are valid for; hand on what the machine says of that.
    set --
    for option in $(apt-config dump | sed -n 's/^\(Acquire::Check-[A-Za-z-]*\) "\([^"]*\)";$/\1=\2/p'); do
        set -- "$@" --aptopt="${option%%=*} \"${option#*=}\""
    done
    mmdebstrap --quiet --variant=minbase --include=ca-certificates "$@" "$SUITE" - "$mirror" |
        docker import - "$BASE" >/dev/null
fi

# --- the toolchains' images -----------------------------------------------------------------------------------------
"$WASMFORGE" toolchain build ${PROVISION:-wasi-sdk rust emscripten}
