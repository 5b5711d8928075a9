#!/bin/sh
# Everything `make lint` says, each line with file:line and the rule; called by the Makefile with
# BUILD and CPPFLAGS. The slow half is clang-tidy: one file each (several in one run give it
# false alarms about va_list), two at a time, only those of src/.
set -u
cd "$(dirname "$0")/../.." || exit 1

failed=0
verdict() {
    if [ "$1" = 0 ]; then echo "ok     $2"; else echo "FAILED $2"; failed=$((failed + 1)); fi
}

find src tests -name '*.[ch]' -print0 | sort -z | xargs -0 clang-format --dry-run -Werror
verdict $? format

/usr/bin/python3 tests/lint/house.py --build "$BUILD"
verdict $? house

/usr/bin/python3 tests/lint/selftest.py
verdict $? selftest

# Scripts of ours at least parse.
scripts=0
for script in deploy/*.sh deploy/*/*.sh tests/*/*.sh; do
    case $(head -n 1 "$script") in
    *bash) bash -n "$script" || scripts=1 ;;
    *) sh -n "$script" || scripts=1 ;;
    esac
done
bash -n .ci/run || scripts=1
/usr/bin/python3 -c 'import ast, sys
for path in sys.argv[1:]:
    ast.parse(open(path).read(), path)' tests/*.py tests/*/*.py || scripts=1
verdict $scripts scripts

# shellcheck disable=SC2086
eval "set -- $CPPFLAGS"
tidy_flags=
for flag in "$@"; do tidy_flags="$tidy_flags --extra-arg='$flag'"; done
find src -name '*.c' -print0 | sort -z | eval xargs -0 -n 1 -P 2 clang-tidy --quiet $tidy_flags \
    --extra-arg=-std=c11 --extra-arg=-D_GNU_SOURCE >"$BUILD/clang-tidy.log" 2>/dev/null
tidy=$?
grep -E '(warning|error):' "$BUILD/clang-tidy.log" | sort -u
verdict $tidy clang-tidy

echo "lint: $failed failed"
[ "$failed" = 0 ]
