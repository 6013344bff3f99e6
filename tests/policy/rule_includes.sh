#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A room includes only rooms to its left, and a library's header is included only in its home.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

all_c | KEEP=strings c_code | awk -F: '
    function room(path) {
        if (path == "app/main.c") { return "main" }
        if (match(path, /^app\/[a-z]+\//)) { return substr(path, 5, RLENGTH - 5) }
        if (match(path, /^[a-z]+\//)) { return substr(path, 1, RLENGTH - 1) }
        return "?"
    }
    function say(sentence) { print file ":" line ": " sentence }
    BEGIN {
        # The place in the order of dependence; rooms that share one do not see each other.
        place["core"] = 1
        place["csv"] = place["stats"] = place["survey"] = place["config"] = place["certs"] = 2
        place["storage"] = 3
        place["privacy"] = 4
        place["text"] = 5
        place["service"] = 6
        place["web"] = place["cli"] = 7
        place["main"] = 8
        home["lmdb.h"] = "^storage/"
        home["civetweb.h"] = "^web/server/"
        home["mbedtls"] = home["psa"] = home["everest"] = "^(certs|web/front)/"
        home["sodium.h"] = "^app/(core|privacy)/"
        home["jansson.h"] = "^app/core/json\\."
        home["confuse.h"] = "^app/config/"
        home["qrencode.h"] = "^app/core/"
    }
    {
        file = $1
        line = $2
        code = substr($0, length($1) + length($2) + 3)
        if (code !~ /^[ \t]*#[ \t]*include[ \t]/) { next }
        if (!match(code, /[<"][^>"]+[>"]/)) { next }
        name = substr(code, RSTART + 1, RLENGTH - 2)
        ours = substr(code, RSTART, 1) == "\""
        if (name ~ /\.c$/) { say("includes a .c file") }
        if (ours && name !~ /^(app|web|storage|certs|tests)\//) {
            say("\"" name "\" is not written from the root of the tree")
        }
        if (file ~ /^tests\//) { next }
        if (ours) {
            if (name ~ /^tests\//) { say("product code includes a test header") }
            from = room(file)
            to = room(name)
            if (from != to && place[to] >= place[from]) {
                say("the room " from " may not include the room " to)
            }
            if (name == "storage/box.h" && file !~ /^(storage|app\/privacy)\//) {
                say("storage/box.h is for app/privacy alone: it is the one door to ballots")
            }
            next
        }
        sub(/\/.*/, "", name)
        if (name in home && file !~ home[name]) { say("<" name "> belongs to " home[name]) }
    }' | collect

finish "core <- (csv, stats, survey, config, certs) <- storage <- privacy <- text <- service <- (web, cli) <- main"
