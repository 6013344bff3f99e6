#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# No function of the product is longer than 70 lines. In the house style a function's braces stand alone in
# the first column.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

product_c | xargs -r awk '
    FNR == 1 { start = 0 }
    /^\{$/ { start = FNR }
    /^\}$/ && start {
        if (FNR - start - 1 > 70) { print FILENAME ":" start ": a function of " FNR - start - 1 " lines" }
        start = 0
    }' | collect

finish "functions aim at 40 lines and end at 70"
