#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Our own files through the second compiler's front end, with the same warnings as errors:
# clang.sh COMPILE_COMMANDS ROOT
set -euo pipefail
commands="$1"
root="$2"
if ! command -v clang >/dev/null; then
    echo "clang is missing: run ./dev deps"
    exit 1
fi
list=$(mktemp)
trap 'rm -f "$list"' EXIT

# One shell command a line, out of CMake's JSON; what only gcc knows, and the output, are taken out.
sed -n 's/^  "command": "\(.*\)",\{0,1\}$/\1/p' "$commands" |
    sed 's/\\\\/\x01/g; s/\\"/"/g; s/\x01/\\/g' |
    grep -E " -c $root/(app|web|storage|certs|tests)/" |
    sed -E 's/^[^ ]+/clang -fsyntax-only -Werror/
            s/ -W(duplicated-cond|duplicated-branches|logical-op)\>//g
            s/ -f(sanitize|no-sanitize-recover)=[^ ]+//g
            s/ -fno-predictive-commoning\>//g
            s/ -o [^ ]+ -c / -c /' >"$list" || true
if [ ! -s "$list" ]; then
    echo "no file of ours is in $commands"
    exit 1
fi
if ! tr '\n' '\0' <"$list" | xargs -0 -n 1 -P 2 sh -c; then
    echo "The rule: our code is clean on gcc and clang alike"
    exit 1
fi
echo "$(wc -l <"$list") files"
