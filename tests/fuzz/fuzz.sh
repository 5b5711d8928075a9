#!/bin/sh
# Fuzzes each target for some seconds: fuzz.sh FOLDER SECONDS TARGET...
#
# The corpus in the source tree is only read; what is found grows beside the programs. A crash is
# left as FOLDER/crash-TARGET-* and its name is printed: copy it into tests/fuzz/corpus/TARGET/ with
# the repair, so that the replay keeps it repaired.
set -u

folder=$1
seconds=$2
shift 2

failed=0
for target in "$@"; do
    grown=$folder/corpus-$target
    mkdir -p "$grown"
    seeds=tests/fuzz/corpus/$target
    if [ ! -d "$seeds" ]; then
        echo "fuzz: $target has no corpus in $seeds" >&2
        failed=$((failed + 1))
        continue
    fi
    echo "fuzz: $target for $seconds s"
    if ! "$folder/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
        -max_len=70000 -print_final_stats=1 -artifact_prefix="$folder/crash-$target-" \
        "$grown" "$seeds" >"$folder/$target.log" 2>&1; then
        echo "fuzz: $target FAILED, see $folder/$target.log" >&2
        tail -n 30 "$folder/$target.log" >&2
        failed=$((failed + 1))
    else
        sed -n 's/^stat::number_of_executed_units: */fuzz: ran /p' "$folder/$target.log"
    fi
done
echo "fuzz: $# targets, $failed failed"
[ "$failed" = 0 ]
