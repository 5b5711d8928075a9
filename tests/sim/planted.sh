#!/bin/sh
# Builds the simulator once for each mistake in bugs/ and requires that it is found within 4000
# seeds. Prints a line for each: the mistake, the seed that found it, the rule that was broken.
set -eu
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
MAKE=${MAKE:-make}
HALLCALL_SOURCE=$PWD
export HALLCALL_SOURCE
missed=0
for patch in tests/sim/bugs/*.patch; do
    name=$(basename "$patch" .patch)
    $MAKE --no-print-directory -s "BUILD=$BUILD" "$BUILD/planted/$name/sim" >/dev/null
    found=$("$BUILD/planted/$name/sim" --seeds 4000 --kind --plain | grep -m1 '^FAILED seed' || true)
    rm -rf "$BUILD/planted/$name"
    if [ -n "$found" ]; then
        printf '%-20s %s\n' "$name" "${found#FAILED }"
    else
        printf '%-20s NOT FOUND\n' "$name"
        missed=1
    fi
done
exit "$missed"
