#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Functions that product code does not call, each with what to use in its place.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

product_c | c_code | awk -F: '
    function ban(names, where, instead,    list, count, i) {
        count = split(names, list, " ")
        for (i = 1; i <= count; i++) {
            allowed[list[i]] = where
            advice[list[i]] = instead
        }
    }
    BEGIN {
        ban("strcpy strcat stpcpy strncpy strncat sprintf vsprintf gets", "^$", "buf_fmt or struct str")
        ban("strtok strtok_r", "^$", "struct str")
        ban("atoi atol atoll atof", "^$", "app/core/num.h")
        ban("strtol strtoll strtoul strtoull strtod strtof strtold strtoimax strtoumax sscanf",
            "^app/core/num\\.c$", "app/core/num.h")
        ban("gmtime localtime gmtime_r localtime_r mktime timegm strftime strptime ctime asctime",
            "^$", "app/core/date.h")
        ban("time gettimeofday clock_gettime", "^app/core/(clock|random|log)\\.c$", "struct clock")
        ban("rand srand random srandom rand_r drand48 lrand48", "^$", "app/core/random.h")
        ban("getrandom getentropy arc4random", "^app/core/random\\.c$", "app/core/random.h")
        ban("alloca", "^$", "an arena")
        ban("system popen", "^$", "fork and exec with an argument list")
        ban("malloc calloc realloc reallocarray free strdup strndup asprintf vasprintf",
            "^app/core/", "app/core/mem.h")
        ban("memcmp", "^(app/(core|csv|config|stats|survey|text|cli)|storage|web/(front|server|html|pages|assets))/",
            "secret_equal: this room handles secrets")
        ban("exit quick_exit", "^app/main\\.c$", "a dp_err")
        ban("assert", "^$", "DP_CHECK, or an error when it is input")
        ban("setjmp longjmp", "^$", "a dp_err")
        ban("mg_handle_form_request", "^$", "web/request: it overflows its stack")
    }
    {
        code = substr($0, length($1) + length($2) + 3)
        # What stands before the word tells a call from a member or a longer name.
        before = " "
        while (match(code, /[A-Za-z_][A-Za-z0-9_]*/)) {
            word = substr(code, RSTART, RLENGTH)
            if (RSTART > 1) { before = substr(code, 1, RSTART - 1) }
            code = substr(code, RSTART + RLENGTH)
            if (word in allowed && code ~ /^[ \t]*\(/ && before !~ /(\.|->)[ \t]*$/ && $1 !~ allowed[word]) {
                print $1 ":" $2 ": " word "() is not used here; take " advice[word]
            }
            before = " "
        }
    }' | collect

finish "style.md rule 18: unsafe, unclear or hidden-state functions stay out of product code"
