#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The tree speaks of the product alone: no path of somebody's machine, no archive's address, no key material,
# nothing left for later.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# The brackets keep this file from finding itself.
everything() { tree_files . | grep -vE '^tests/(fuzz/corpus|policy/selftest\.sh)|\.(png|ico|woff2)$'; }
find_words() { # SENTENCE REGEX
    everything | xargs -r grep -HnIE -- "$2" | cut -d: -f1,2 | sed "s|\$|: $1|" | collect
}

find_words "a path of somebody's machine" '(^|[^a-z.])/(wor[k]|far[m]|roo[t]|hom[e]/[a-z]+)/|/tmp/[b]-'
find_words "the address of a package archive" 'https?:/[/](deb|ftp|snapshot|registry)[.]|"resolved": *"http[s]?:'
find_words "key material" '^[ "]*-{5}BEGIN [A-Z ]*PRIVATE KE[Y]-{5}$'
find_words "something left for later" '(^|[^A-Za-z])(TOD[O]|FIXM[E]|XX[X])([^A-Za-z0-9]|$)'
tree_files '(^|/)CMakeLists\.txt$' | xargs -r grep -HnE 'file\((GLOB|GLOB_RECURSE)' | cut -d: -f1,2 |
    sed 's/$/: sources are listed by name/' | collect

finish "nothing of the maker's machine, no keys and no promises in the tree"
