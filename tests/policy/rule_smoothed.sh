#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A correlation of smoothed series is made by the smoothing (Yule 1926), so no file that correlates knows the trend line
# or the alerts' chart. The reference cases (app/service/statsfile) run every procedure, each by itself.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

product_c | grep -v '^app/service/statsfile/' |
    xargs -r grep -lE '^#include "app/stats/(lagscan|lagprepare|corr|rmcorr|effective)\.h"' |
    xargs -r grep -HnE '^#include "app/stats/(trend|ewma)\.h"' | cut -d: -f1,2 |
    sed 's/$/: a file that correlates includes a smoother/' | collect

finish "correlations come from the figures themselves, never from smoothed ones"
