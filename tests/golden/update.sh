#!/bin/sh
# Draws every scene and picture of the list again: update.sh, with HALLCALL naming the program.
# Look at what changed before you commit it: a golden file is a statement of what is right.
set -eu
source=${HALLCALL_SOURCE:-.}
program=${HALLCALL:-$source/build/hallcall}
source=$(cd "$source" && pwd)
cd "$source/tests/golden"
export HALLCALL_SHARE="${HALLCALL_SHARE:-$source}"
while read -r view size layout; do
    "$program" render --config /dev/null --set "display.layout=$layout" \
        --set display.counters=1 "$view.json" \
        --size "$size" --scene --output "$view-$layout-$size.png" >"$view-$layout-$size.scene"
    echo "$view-$layout-$size"
done <list
