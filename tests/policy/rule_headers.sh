#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Headers are included once, and no struct hides behind a typedef but dp_err.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

all_c | grep '\.h$' | xargs -r grep -L '^#pragma once$' | sed 's/$/:1: #pragma once is missing/' | collect
all_c | grep -v '^app/core/err\.h$' | c_code |
    sed -nE 's/^([^:]*:[0-9]*):[ \t]*typedef[ \t]+(struct|enum|union)\>.*/\1: a typedef hides a struct or enum/p' | collect

finish "headers start with #pragma once; structs and enums are written with their word"
