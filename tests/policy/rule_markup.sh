#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The content security policy allows no inline script or style, so web/ writes none.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

look() {
    awk -F: '
        {
            code = tolower(substr($0, length($1) + length($2) + 3))
            gsub(/\\"/, "\"", code)
            if (code ~ /unsafe-inline|unsafe-eval|unsafe-hashes/) { say("weakens the content security policy") }
            if (code ~ /<script/ && code !~ /<script[^>]* src=/) { say("an inline script") }
            if (code ~ /[" ]on(click|load|error|submit|change|input|focus|blur|key[a-z]+|mouse[a-z]+|touch[a-z]+)="/) {
                say("an event handler in markup")
            }
            if (code ~ /javascript:/) { say("a javascript: address") }
            if (code ~ /[" ]style="/) { say("a style attribute") }
            if ($1 ~ /\.m?js$/ && code ~ /(innerhtml|outerhtml|insertadjacenthtml|document\.write|[^a-z]eval *\()/) {
                say("makes markup from text")
            }
        }
        function say(what) { print $1 ":" $2 ": " what }'
}

tree_files '^web/.*\.[ch]$' | KEEP=strings c_code | look | collect
tree_files '^web/.*\.(html|js|mjs|svg)$' | xargs -r grep -Hn '' | look | collect

finish "no inline script, no style attribute, no unsafe-inline; scripts and styles are files in web/assets"
