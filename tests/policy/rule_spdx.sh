#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each source file says its licence on its first line, or on the second after "#!".
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

tree_files '(\.(c|h|css|js|mjs|sh|cmake|py|R)|/CMakeLists\.txt|^CMakeLists\.txt|^dev|^\.ci/run)$' |
    grep -vE '^tests/(fuzz/corpus|data|vectors)/' |
    xargs -r awk '
        FNR == 1 { wanted = 1 }
        FNR == 1 && /^#!/ { wanted = 2 }
        FNR == wanted && !/^(\/\*|\/\/|#) SPDX-License-Identifier: MIT( \*\/)?$/ {
            print FILENAME ":" FNR ": the line SPDX-License-Identifier: MIT is missing"
        }' | collect

finish "the first line of a source file is /* SPDX-License-Identifier: MIT */ in its own comment signs"
