#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each folder tells in at most 20 lines what lives there. Folders of bare data need none, and the folders of
# tests/unit mirror the rooms.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

tree_files '^(app|web|storage|certs|tests)/' |
    grep -vE '^tests/(fuzz/corpus|data|vectors|unit)/.*/' | sed 's|/[^/]*$||' |
    awk '{ for (path = $0; path != "" && !(path in seen); sub(/\/?[^\/]*$/, "", path)) { seen[path] = 1; print path } }' |
    LC_ALL=C sort -u | while read -r folder; do
    if [ ! -e "$folder/README.md" ]; then
        printf '%s/README.md: is missing\n' "$folder"
    elif [ "$(wc -l <"$folder/README.md")" -gt 20 ]; then
        printf '%s/README.md: has more than 20 lines\n' "$folder"
    fi
done | collect

finish "each folder has a README.md of at most 20 lines"
