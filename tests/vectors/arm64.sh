#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The statistics on arm64, beside those of this machine: builds the program stats_figures with the very flags of the
# build given, for arm64, runs both on every reference case and every long set, and compares each number.
#
#     arm64.sh BUILD CACHE [PERMUTATIONS]
#
# Wants aarch64-linux-gnu-gcc and qemu-aarch64 (./dev prove arm64 installs them) and, the first time, the network: the
# arm64 libraries are unpacked from their Debian packages into CACHE/arm64, so that the machine's own packages stay as
# they are. Ends with "N passed, N failed".
set -euo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root="$PWD"
build=$(cd "$1" && pwd)
cache="$2"
permutations="${3:-199}"
sysroot="$cache/arm64"
flavour="aarch64-linux-gnu"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() { printf 'arm64: %s\n' "$*" >&2; exit 1; }

# Only jansson and sodium are linked; of qrencode the header is enough, since no code here draws one.
unpack_libraries() {
    local base="$scratch/apt"
    mkdir -p "$base/lists/partial" "$base/cache/archives/partial" "$scratch/root"
    local -a own=(-q -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State::Lists="$base/lists"
        -o Dir::State::status=/dev/null -o Dir::Cache="$base/cache" -o APT::Sandbox::User= -o Debug::NoLocking=1
        -o Acquire::Retries=2)
    apt-get "${own[@]}" update >"$scratch/log" 2>&1 || true
    (cd "$base" && apt-get "${own[@]}" download libjansson-dev libsodium-dev libqrencode-dev >>"$scratch/log" 2>&1) || {
        grep -E '^(E|W|Err)' "$scratch/log" | tail -n 3 >&2 || true
        fail "the arm64 packages of jansson and sodium could not be fetched: is the network there?"
    }
    local package
    for package in "$base"/*.deb; do
        dpkg-deb -x "$package" "$scratch/root"
    done
    mkdir -p "$cache"
    rm -rf "$sysroot"
    mv "$scratch/root" "$sysroot"
}

# One shell command a line: the build's own, with the other compiler and without what only x86 has.
list_commands() { # FOLDER OF OBJECTS
    sed -n 's/^  "command": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" |
        sed 's/\\\\/\x01/g; s/\\"/"/g; s/\x01/\\/g' |
        grep -E " -c $root/(app/core|app/csv|app/stats|app/service/statsfile|tests/unit/stats/stats_figures\.c)" |
        sed -E "s#^([^ ]*ccache )?[^ ]+#$flavour-gcc -isystem $sysroot/usr/include#
                s# -fcf-protection=[^ ]+# -mbranch-protection=standard#
                s# -W[a-z][^ ]*##g
                s# -o [^ ]*/CMakeFiles/[^ ]*/([^ ]+) -c ([^ ]+)# -o $1/\$(echo \2 | sed 's\#^$root/\#\#; s\#/\#_\#g').o -c \2#"
}

[ -e "$sysroot/usr/lib/$flavour/libjansson.a" ] || unpack_libraries
mkdir "$scratch/objects"
list_commands "$scratch/objects" >"$scratch/commands"
grep -q -- '-ffp-contract=off' "$scratch/commands" || fail "the flags of $build were not found"
tr '\n' '\0' <"$scratch/commands" | xargs -0 -n 1 -P 2 sh -c || fail "the cross build failed"
main="$scratch/objects/tests_unit_stats_stats_figures.c.o"
find "$scratch/objects" -name '*.o' ! -path "$main" -exec "$flavour-ar" rcs "$scratch/libfigures.a" {} +
"$flavour-gcc" -static -o "$scratch/figures" "$main" "$scratch/libfigures.a" \
    "$sysroot/usr/lib/$flavour/libjansson.a" "$sysroot/usr/lib/$flavour/libsodium.a" -lm -lpthread ||
    fail "the cross build does not link"

folder="$root/tests/vectors/stats"
"$build/stats_figures" "$folder" "$permutations" >"$scratch/here"
SECONDS=0
qemu-aarch64 "$scratch/figures" "$folder" "$permutations" >"$scratch/there" || fail "the arm64 program failed"
printf '%s against %s, %s permutations; arm64 under qemu took %d s\n' \
    "$(uname -m)" "$flavour" "$permutations" "$SECONDS"
"$build/stats_figures" --compare "$scratch/here" "$scratch/there"
