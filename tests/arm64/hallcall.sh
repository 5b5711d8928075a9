#!/bin/sh
# Stands where a test looks for the program, in a folder beside the cross-built one: a kernel cannot start that
# itself, and to teach it (binfmt_misc) needs root and changes the whole machine.
exec ${RUNNER:?} "$(dirname -- "$0")/engine" "$@"
