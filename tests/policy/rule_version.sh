#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The version of CMakeLists.txt is that of the newest entry of CHANGELOG.md and of README.md.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

built=$(sed -n 's/^project(daypulse VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
logged=$(sed -n 's/^## \([0-9][0-9.]*\).*/\1/p' CHANGELOG.md | head -n 1)
told=$(sed -n 's/.*[Vv]ersion \([0-9][0-9]*\.[0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' README.md | head -n 1)
if [ "$logged" != "$built" ]; then
    printf 'CHANGELOG.md: its newest entry is "%s", the build is "%s"\n' "$logged" "$built"
fi | collect
if [ "$told" != "$built" ]; then
    printf 'README.md: names the version "%s", the build is "%s"\n' "$told" "$built"
fi | collect

finish "one version: CMakeLists.txt, CHANGELOG.md and README.md agree"
