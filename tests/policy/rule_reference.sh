#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Commands, options and routes are documented: what the program prints of its own tables with
# "daypulse help --markdown" is what app/cli/reference.md says. Usage: rule_reference.sh PROGRAM [ROOT].
# Without both the verb and the file there is nothing to compare, and the test counts as skipped.
set -euo pipefail
program="$1"
reference="${2:-.}/app/cli/reference.md"
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT

if ! "$program" help --markdown >"$printed" 2>&1 || [ ! -s "$printed" ]; then
    if [ -e "$reference" ]; then
        echo "$reference is there, but the program has no working 'help --markdown'"
        exit 1
    fi
    echo "skipped: the program prints no reference"
    exit 77
fi
if [ ! -e "$reference" ]; then
    echo "$reference is missing: write it with '$program help --markdown'"
    exit 1
fi
if ! diff -u "$reference" "$printed"; then
    echo "The rule: app/cli/reference.md is exactly what the program prints; write it anew"
    exit 1
fi
