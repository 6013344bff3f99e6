#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The top level is exactly the fixed one, and so are the rooms inside app, web and tests.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

folders='app web storage certs tests .ci'
files='CMakeLists.txt CMakePresets.json README.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md CHANGELOG.md
LICENSE dev .clang-format .clang-tidy .gitignore'
in_app='core config csv stats survey privacy text service cli main.c CMakeLists.txt README.md'
in_web='front server request html pages api assets'
in_tests='unit http browser vectors privacy fault fuzz bench policy support data'

tracked() {
    if [ -e .git ]; then
        git ls-files
    else
        tree_files .
    fi
}

check() { # WHERE NAMES: what lies at the level of WHERE must be among NAMES
    awk -v where="$1" -v names="$2" '
        BEGIN { count = split(names, list); for (i = 1; i <= count; i++) { known[list[i]] = 1 } }
        index($0, where) == 1 {
            name = substr($0, length(where) + 1)
            sub(/\/.*/, "", name)
            if (!(name in known) && !(name in told)) {
                told[name] = 1
                print where name ": has no place here"
            }
        }'
}

tracked | check "" "$folders $files" | collect
tracked | check app/ "$in_app" | collect
tracked | grep -E '^web/.*/' | check web/ "$in_web" | collect
tracked | grep -E '^tests/.*/' | check tests/ "$in_tests" | collect
for name in $folders $files; do
    if [ ! -e "$name" ]; then
        printf '%s: is missing\n' "$name"
    fi
done | collect

finish "the top level is fixed: app, web, storage, certs, tests and the front-door files"
