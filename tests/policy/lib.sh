# SPDX-License-Identifier: MIT
#
# What the rules share. A rule is a script rule_NAME.sh [ROOT]: it prints one "file:line: sentence" for each
# finding and leaves with 1 when there was one. Only POSIX awk is used, since Debian's small awk is mawk.

# Without pipefail: a grep that finds nothing is no failure here.
set -eu
export LC_ALL=C.UTF-8
cd "${1:-.}"
findings=$(mktemp)
trap 'rm -f "$findings"' EXIT

# Names the files that belong to the tree and match a pattern; in a checkout none that git ignores.
tree_files() { # EXTENDED_REGEX
    if [ -e .git ]; then
        git ls-files -co --exclude-standard
    else
        find . -type f | sed 's|^\./||'
    fi | grep -E "$1" | LC_ALL=C sort -u | while read -r name; do
        if [ -e "$name" ]; then
            printf '%s\n' "$name"
        fi
    done
}

product_c() { tree_files '^(app|web|storage|certs)/.*\.[ch]$'; }
all_c() { tree_files '^(app|web|storage|certs|tests)/.*\.[ch]$'; }

# Prints "file:line:code" of C files named on standard input. Comments are taken out; with KEEP=strings the
# text of literals stays, else a literal becomes "" or ' '.
c_code() {
    xargs -r awk -v keep="${KEEP:-}" '
        FNR == 1 { inside = 0 }
        {
            rest = $0
            out = ""
            while (rest != "") {
                if (inside) {
                    at = index(rest, "*/")
                    if (at == 0) { rest = ""; break }
                    rest = substr(rest, at + 2)
                    inside = 0
                    continue
                }
                if (!match(rest, /\/\*|\/\/|"|\047/)) { out = out rest; break }
                out = out substr(rest, 1, RSTART - 1)
                mark = substr(rest, RSTART, 2)
                if (mark == "//") { break }
                if (mark == "/*") { inside = 1; rest = substr(rest, RSTART + 2); continue }
                quote = substr(mark, 1, 1)
                rest = substr(rest, RSTART + 1)
                literal = ""
                while (rest != "") {
                    one = substr(rest, 1, 1)
                    if (one == "\\") { literal = literal substr(rest, 1, 2); rest = substr(rest, 3); continue }
                    rest = substr(rest, 2)
                    if (one == quote) { break }
                    literal = literal one
                }
                out = out quote (keep == "strings" ? literal : "") quote
            }
            if (out !~ /^[ \t]*$/) { print FILENAME ":" FNR ":" out }
        }'
}

# Takes findings on standard input.
collect() { cat >>"$findings"; }

finish() { # SENTENCE on what the rule wants
    if [ -s "$findings" ]; then
        cat "$findings"
        printf '%s finding(s). The rule: %s\n' "$(wc -l <"$findings")" "$1"
        exit 1
    fi
    exit 0
}
