#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The same data give the same bytes, whatever lies in memory and wherever it lies: same_bytes.sh STATS_FIGURES FOLDER
# Then the comparison itself: it must see a number that is off, and not mind the last digit.
set -euo pipefail
program="$1"
folder="$2"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
wrong() { printf 'wrong: %s\n' "$*"; exit 1; }

"$program" "$folder" 49 >"$scratch/one"
MALLOC_PERTURB_=165 MALLOC_ARENA_MAX=1 PADDING=$(printf '%4099s' x) "$program" "$folder" 49 >"$scratch/other"
cmp "$scratch/one" "$scratch/other" || wrong "two runs differ"
[ "$(grep -c '^## ' "$scratch/one")" -ge 850 ] || wrong "cases are missing"
"$program" "$folder" 59 >"$scratch/longer"
! cmp -s "$scratch/one" "$scratch/longer" || wrong "permutations leave no trace, so nothing random was compared"

compare() { "$program" --compare "$scratch/one" "$scratch/changed" >"$scratch/said"; }
grep -q '"rss": 0\.' "$scratch/one" || wrong "the field to change is not there"
awk '!done && /"rss": 0\./ { sub(/"rss": /, "\"rss\": 1"); done = 1 } 1' "$scratch/one" >"$scratch/changed"
! compare || wrong "a number that is off was not seen"
grep -qx '8[0-9]* passed, 1 failed' "$scratch/said" || wrong "the count is $(tail -n 1 "$scratch/said")"
awk '!done && /"rss": 0\.[0-9]*,/ { sub(/[0-9],/, "9,"); done = 1 } 1' "$scratch/one" >"$scratch/changed"
compare || wrong "the last digit was minded"
sed '$d' "$scratch/one" | sed '$d' >"$scratch/changed"
! compare 2>/dev/null || wrong "a missing case was not seen"
sed 's/"verdict":"found"/"verdict":"lost"/; s/"refused":false/"refused":true/' "$scratch/one" >"$scratch/changed"
! compare || wrong "another flag was not seen"
echo "the same bytes, and the comparison sees what it should"
