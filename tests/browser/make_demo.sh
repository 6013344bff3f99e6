#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes the demo folder that the browser tests copy: make_demo.sh PROGRAM FOLDER
set -euo pipefail
program=$1
folder=$2
rm -rf "$folder"
mkdir -p "$folder"
"$program" demo --no-serve --json --dir "$folder/data" >"$folder/demo.json"
