#!/bin/sh
# Fuzzes each target for some seconds, some executions, or what comes first:
# fuzz.sh FOLDER SECONDS EXECUTIONS TARGET... where 0 is no limit; both may not be 0.
#
# The corpus in the source tree is only read; what is found grows beside the programs. An input that
# crashes is left as FOLDER/finding-TARGET-* and its name is printed: copy it into
# tests/fuzz/corpus/TARGET/ with the repair, so that the replay keeps it repaired. What each target
# did is added to FOLDER/results.tsv: one that was interrupted did as much and can be continued.
set -u

folder=$1
seconds=$2
executions=$3
shift 3
if [ "$seconds" = 0 ] && [ "$executions" = 0 ]; then
    echo "fuzz: neither seconds nor executions: it would never end" >&2
    exit 64
fi

# Longer inputs only make each execution slower: what a parser takes at most, or what its interesting
# inputs have with room to spare. That a larger one is refused is a unit test's work. The statistics
# of the entropic schedule cost more than a layout.
options() {
    case $1 in
    edid) echo -max_len=512 ;;
    layout) echo -max_len=4096 -entropic=0 ;;
    engine_protocol | score) echo -max_len=8448 ;;
    import | phrase) echo -max_len=4096 ;;
    ini) echo -max_len=2048 ;;
    language) echo -max_len=6144 ;;
    logo | sound) echo -max_len=16384 ;;
    *) echo -max_len=70000 ;;
    esac
}

findings() {
    find "$folder" -maxdepth 1 -name "finding-$1-*" | wc -l
}

fuzz_one() {
    target=$1
    runs=$executions
    [ "$runs" != 0 ] || runs=-1
    mkdir -p "$folder/corpus-$target"
    began=$(date +%s)
    before=$(findings "$target")
    "$folder/fuzz_$target" -max_total_time="$seconds" -runs="$runs" -timeout=120 -report_slow_units=120 -rss_limit_mb=1024 \
        -print_final_stats=1 $(options "$target") -artifact_prefix="$folder/finding-$target-" \
        "$folder/corpus-$target" "tests/fuzz/corpus/$target" >"$folder/$target.log" 2>&1
    code=$?
    ran=$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/$target.log")
    line="$target: ${ran:-0} executions in $(($(date +%s) - began)) s, $(($(findings "$target") - before)) findings"
    printf '%s\t%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$line" >>"$folder/results.tsv"
    echo "fuzz: $line"
    return $code
}

failed=0
for target in "$@"; do
    if [ ! -d "tests/fuzz/corpus/$target" ]; then
        echo "fuzz: $target has no corpus in tests/fuzz/corpus/$target" >&2
        failed=$((failed + 1))
    elif ! fuzz_one "$target"; then
        echo "fuzz: $target FAILED, see $folder/$target.log" >&2
        tail -n 30 "$folder/$target.log" >&2
        failed=$((failed + 1))
    fi
done
echo "fuzz: $# targets, $failed failed"
[ "$failed" = 0 ]
