#!/bin/sh
# Draws every scene and picture of the list again: update.sh, with HALLCALL naming the program.
# A line of the list: name, view, pixels, layout, diagonal in inches, farthest seat in metres, theme, and
# whether the pixels are compared too or the scene only.
# Look at what changed before you commit it: a golden file is a statement of what is right.
set -eu
source=${HALLCALL_SOURCE:-.}
program=${HALLCALL:-$source/build/hallcall}
source=$(cd "$source" && pwd)
cd "$source/tests/golden"
export HALLCALL_SHARE="${HALLCALL_SHARE:-$source}"
while read -r name view size layout diagonal distance theme compared; do
    picture=/dev/null
    [ "$compared" = scene ] || picture=$name.png
    counters=
    [ "$layout" != counter ] || counters=4 # it is the display of exactly one
    "$program" render --config /dev/null "$view.json" --size "$size" --scene --output "$picture" \
        --set "display.theme=$source/config/themes/$theme.ini" --set "display.layout=$layout" --set "display.counters=$counters" \
        --set "display.diagonal_in=$diagonal" --set "display.viewing_distance_m=$distance" >"$name.scene"
    echo "$name"
done <list
