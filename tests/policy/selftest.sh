#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Tests the rules: each one must pass on a clean small tree and must fail on every violation planted in it.
# A rule that nobody has seen fail proves nothing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
wrong=0
count=0
planted=" "

clean_tree() {
    rm -rf "$tree"
    mkdir -p "$tree"/{app/core,app/csv,web/pages,storage,certs,tests/support,.ci}
    local folder file
    for folder in app app/core app/csv web web/pages storage certs tests tests/support; do
        echo "What lives here." >"$tree/$folder/README.md"
    done
    for file in README.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md CHANGELOG.md LICENSE .clang-format \
        .clang-tidy .gitignore CMakePresets.json; do
        : >"$tree/$file"
    done
    printf '# SPDX-License-Identifier: MIT\nproject(daypulse VERSION 1.2.3 LANGUAGES C)\n' >"$tree/CMakeLists.txt"
    printf '#!/usr/bin/env bash\n# SPDX-License-Identifier: MIT\n' | tee "$tree/dev" >"$tree/.ci/run"
    printf '# Changes\n\n## 1.2.3 (2030-01-01)\n\n## 1.2.2\n' >"$tree/CHANGELOG.md"
    printf '# Daypulse\n\nVersion 1.2.3.\n' >"$tree/README.md"
    put app/core/str.h '#pragma once' 'struct str;' 'int str_free(int free);'
    # Words that only look like a violation.
    put app/core/str.c '#include <sodium.h>' '#include "app/core/str.h"' '' \
        'int str_free(int free)' '{' '    /* strcpy(a, b) and #include "web/x.h" are only named here. */' \
        '    const char *text = "system(1) /* \" strcpy(";' '    return text[0] + free; // rand()' '}'
    put web/pages/page.c '#include "app/csv/csv.h"' '/* <script> would be inline, unsafe-inline too */' \
        'const char *page = "<script src=\"/a.js\"></script> <p class=\"style\">on = 1</p>";' \
        'int page_free(struct op *op)' '{' '    op->free(op);' '    return op->time(0);' '}'
    put app/csv/csv.h '#pragma once' 'struct csv;'
}

put() { # FILE LINE...
    local file="$tree/$1"
    shift
    mkdir -p "$(dirname "$file")"
    printf '%s\n' '/* SPDX-License-Identifier: MIT */' "$@" >"$file"
}

lines() { # COUNT TEXT
    local i
    for ((i = 0; i < $1; i++)); do
        printf '%s\n' "$2"
    done
}

# Runs a rule on the tree and compares what it says with what is wanted.
expect() { # pass|fail RULE WHAT
    local outcome=pass said
    said=$(bash "$here/rule_$2.sh" "$tree" 2>&1) || outcome=fail
    count=$((count + 1))
    if [ "$1" = fail ]; then
        planted="$planted$2 "
        case "$said" in
            *"The rule:"*) ;;
            *) outcome="no sentence" ;;
        esac
    fi
    if [ "$outcome" != "$1" ]; then
        printf 'rule %s: wanted %s, got %s: %s\n%s\n' "$2" "$1" "$outcome" "$3" "$said"
        wrong=$((wrong + 1))
    fi
    clean_tree
}

plant() { # RULE WHAT FILE LINE...
    local rule="$1" what="$2"
    shift 2
    put "$@"
    expect fail "$rule" "$what"
}

clean_tree
rules=$(cd "$here" && ls rule_*.sh | sed 's/^rule_//; s/\.sh$//' | grep -v '^reference$')
for rule in $rules; do
    expect pass "$rule" "a clean tree"
done

plant includes "a room to the right" app/core/a.c '#include "storage/store.h"'
plant includes "a room beside" app/csv/a.c '#include "app/survey/team.h"'
plant includes "web from cli" app/cli/a.c '#include "web/html/html.h"'
plant includes "cli from web" web/pages/a.c '#include "app/cli/cli.h"'
plant includes "not from the root" app/csv/a.c '#include "csv.h"'
plant includes "a .c file" tests/unit/csv/a.c '#include "app/csv/csv.c"'
plant includes "a test header" app/csv/a.c '#include "tests/support/support.h"'
plant includes "the box past the door" app/service/a.c '#include "storage/box.h"'
for header in lmdb.h civetweb.h mbedtls/ssl.h psa/crypto.h sodium.h jansson.h confuse.h qrencode.h; do
    plant includes "$header far from home" app/service/a.c "#include <$header>"
done
put storage/a.c '#include <lmdb.h>' '#include "app/survey/team.h"'
expect pass includes "lmdb.h at home"
put app/privacy/a.c '#include <sodium.h>' '#include "storage/box.h"'
expect pass includes "the one door"

for name in strcpy strcat sprintf strtok atoi strtol strtod gmtime localtime rand alloca system malloc free exit \
    time clock_gettime getrandom mg_handle_form_request; do
    plant banned "$name" web/pages/a.c "int a(void) { return (int)$name(1); }"
done
plant banned "memcmp near secrets" web/request/a.c 'int a(void) { return memcmp (x, y, 32); }'
plant banned "after a comment on the same line" web/pages/a.c 'int a; /* harmless */ int b = atoi("1");'
plant banned "after an escaped quote" web/pages/a.c 'const char *t = "\""; int b = atoi("1");'
put app/core/num.c 'long a(void) { return strtol("1", 0, 10); }'
expect pass banned "strtol in num.c"
put storage/a.c 'int a(void) { return memcmp(x, y, 32); }'
expect pass banned "memcmp on keys of the store"

plant smoothed "a trend line in a scan" app/service/a.c '#include "app/stats/lagscan.h"' '#include "app/stats/trend.h"'
plant smoothed "an alert's chart beside r" web/pages/a.c '#include "app/stats/ewma.h"' '#include "app/stats/corr.h"'
put app/service/statsfile/a.c '#include "app/stats/lagscan.h"' '#include "app/stats/trend.h"'
echo "What lives here." | tee "$tree/app/service/README.md" >"$tree/app/service/statsfile/README.md"
expect pass smoothed "the reference cases"

printf 'int a;\n' >"$tree/app/core/a.c"
expect fail spdx "no licence line in C"
printf '#!/bin/sh\nexit\n' >"$tree/dev"
expect fail spdx "no licence line in a script"
printf 'body {}\n' >"$tree/web/pages/a.css"
expect fail spdx "no licence line in CSS"

plant toplevel "a new folder" docs/a.c ''
plant toplevel "a new room" app/util/a.c ''
plant toplevel "a new part of web" web/pages2/a.c ''
plant toplevel "a new kind of test" tests/misc/a.c ''
rm "$tree/LICENSE"
expect fail toplevel "a front-door file is missing"

plant markup "an inline script" web/pages/a.c 'const char *a = "<script>go()</script>";'
plant markup "an event handler" web/pages/a.c 'const char *a = "<p onclick=\"go()\">";'
plant markup "a style attribute" web/pages/a.c 'const char *a = "<p style=\"x\">";'
plant markup "unsafe-inline" web/server/a.c 'const char *a = "style-src unsafe-inline";'
plant markup "a javascript: address" web/pages/a.c 'const char *a = "<a href=\"javascript:go()\">";'
plant markup "innerHTML" web/assets/a.js 'node.innerHTML = text;'

sed -i 's/1\.2\.3/1.2.4/' "$tree/CMakeLists.txt"
expect fail version "a build newer than its log"
sed -i '3d' "$tree/CHANGELOG.md"
expect fail version "the newest entry is older"
sed -i 's/1\.2\.3/1.2.2/' "$tree/README.md"
expect fail version "README names another version"

rm "$tree/app/csv/README.md"
expect fail readmes "none in a room"
mkdir -p "$tree/app/service/answer"
echo x >"$tree/app/service/README.md"
: >"$tree/app/service/answer/a.c"
expect fail readmes "none in a folder of a use"
lines 21 line >"$tree/storage/README.md"
expect fail readmes "21 lines"
lines 20 line >"$tree/storage/README.md"
expect pass readmes "20 lines"

long_function() { # LINES
    put app/core/a.c 'int a(void)' '{'
    lines "$1" '    b();' >>"$tree/app/core/a.c"
    echo '}' >>"$tree/app/core/a.c"
}
long_function 71
expect fail functions "71 lines"
long_function 70
expect pass functions "70 lines"

plant headers "no pragma once" app/core/a.h 'int a(void);'
plant headers "a typedef of a struct" app/core/a.h '#pragma once' 'typedef struct a { int b; } a;'

for path in work/main root/x home/jane/x; do
    plant words "a machine's path" app/core/a.c "const char *a = \"/$path\";"
done
plant words "a build folder" tests/support/a.c '/* in /tmp/''b-mine */'
plant words "an archive's address" tests/support/a.c 'const char *a = "https:/''/deb.example.org";'
plant words "key material" tests/support/a.c '-----BEGIN EC PRIVATE'' KEY-----'
plant words "something left for later" app/core/a.c '/* TO''DO: more */'
echo 'file(GLOB all *.c)' >>"$tree/CMakeLists.txt"
expect fail words "sources by pattern"

# The reference, with a stand-in for the program.
stand_in() { # WHAT IT PRINTS
    printf '#!/bin/sh\necho "%s"\n' "$1" >"$tree/program"
    chmod +x "$tree/program"
}
reference() { # WANTED_CODE WHAT
    local code=0
    bash "$here/rule_reference.sh" "$tree/program" "$tree" >/dev/null 2>&1 || code=$?
    count=$((count + 1))
    planted="${planted}reference "
    if [ "$code" != "$1" ]; then
        printf 'rule reference: wanted code %s, got %s: %s\n' "$1" "$code" "$2"
        wrong=$((wrong + 1))
    fi
}
mkdir -p "$tree/app/cli"
printf '#!/bin/sh\nexit 2\n' >"$tree/program"
chmod +x "$tree/program"
reference 77 "neither verb nor file"
echo "old" >"$tree/app/cli/reference.md"
reference 1 "a file but no verb"
stand_in new
reference 1 "they differ"
stand_in old
reference 0 "they agree"
rm "$tree/app/cli/reference.md"
reference 1 "a verb but no file"

# The second compiler must stop at what gcc lets pass or both refuse.
mkdir -p "$tree/app/core"
compile_commands() { # FILE
    printf '[\n{\n  "directory": "%s",\n  "command": "/usr/bin/cc -DA=\\"1\\" -Wall -Wextra -Wlogical-op -o a.o -c %s",\n  "file": "%s"\n}\n]\n' \
        "$tree" "$1" "$1" >"$tree/commands.json"
}
compile_commands "$tree/app/core/a.c"
put app/core/a.c 'int a(void);' 'int a(void)' '{' '    return A;' '}'
count=$((count + 2))
bash "$here/clang.sh" "$tree/commands.json" "$tree" >/dev/null 2>&1 ||
    { echo "clang.sh refuses a clean file"; wrong=$((wrong + 1)); }
put app/core/a.c 'int a(int x);' 'int a(int x)' '{' '    int unused;' '    return x;' '}'
if bash "$here/clang.sh" "$tree/commands.json" "$tree" >/dev/null 2>&1; then
    echo "clang.sh lets a warning pass"
    wrong=$((wrong + 1))
fi

for rule in $rules reference; do
    case "$planted" in
        *" $rule "*) ;;
        *)
            echo "rule $rule: no violation is planted for it"
            wrong=$((wrong + 1))
            ;;
    esac
done
printf '%d checks of the rules, %d wrong\n' "$count" "$wrong"
[ "$wrong" = 0 ]
