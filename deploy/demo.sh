#!/bin/sh
# Shows `hallcall demo` on whatever this machine has; called by `make run`.
#
# With a display: the demo itself, until it is closed. Without one, the same program runs on a
# virtual X screen for DEMO_SECONDS (45), and screen-*.png is taken every 8 s. Without a sound card,
# with or without display, the sound goes into a device that plays in real time into a file, which
# becomes voice.wav. Files are left in $BUILD/demo/ and their places are printed.
set -eu
cd "$(dirname -- "$0")/.."

BUILD=${BUILD:-build}
MAKE=${MAKE:-make}
seconds=${DEMO_SECONDS:-45}
folder=$BUILD/demo
program=$BUILD/hallcall

has_display() {
    [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || return 0
    # A console of our own on a connected screen (KMS).
    [ -t 0 ] && [ -r /dev/dri/card0 ] && grep -qx connected /sys/class/drm/card*-*/status 2>/dev/null
}

has_sound() {
    grep -q playback /proc/asound/pcm 2>/dev/null ||
        [ -S "${XDG_RUNTIME_DIR:-/nowhere}/pulse/native" ] || [ -n "${PULSE_SERVER:-}" ]
}

# What would have been heard goes into $folder/heard.raw; the demo is told to use that device.
use_sink() {
    deploy/deps.sh virtual
    $MAKE --no-print-directory sink
    sed -e "s|@PLUGIN@|$BUILD/tests/sink/libasound_module_pcm_hallsink.so|" \
        -e "s|@FILE@|$folder/heard.raw|" -e "s|@CONTROL@|$folder/sink.control|" \
        tests/sink/asoundrc.in >"$folder/asoundrc"
    ALSA_CONFIG_PATH=$folder/asoundrc
    export ALSA_CONFIG_PATH
    sound="--set audio.device=hallsink"
}

make_wav() {
    if [ -s "$folder/heard.raw" ]; then
        sox -t raw -r 48000 -e signed-integer -b 16 -c 2 "$folder/heard.raw" "$folder/voice.wav"
        rm -f "$folder"/heard.raw*
        echo "What was heard: $folder/voice.wav"
    fi
}

start_xvfb() {
    # Xvfb chooses a free display and says which.
    Xvfb -displayfd 3 -screen 0 1920x1080x24 -nolisten tcp \
        3>"$folder/display" >"$folder/xvfb.log" 2>&1 &
    xvfb=$!
    trap 'kill $xvfb 2>/dev/null || true' EXIT
    tries=0
    until [ -s "$folder/display" ]; do
        tries=$((tries + 1))
        if [ $tries -gt 100 ] || ! kill -0 $xvfb 2>/dev/null; then
            echo "demo: Xvfb did not start:" >&2
            cat "$folder/xvfb.log" >&2
            exit 1
        fi
        sleep 0.1
    done
    DISPLAY=:$(cat "$folder/display")
    export DISPLAY
}

take_pictures() {
    picture=0
    while kill -0 "$demo" 2>/dev/null; do
        sleep 8 &
        wait $! || true
        kill -0 "$demo" 2>/dev/null || break
        picture=$((picture + 1))
        import -silent -window root "$folder/screen-$picture.png" || true
    done
}

rm -rf "$folder"
mkdir -p "$folder"
sound=
if ! has_sound; then
    echo "There is no sound card: the sound goes into a file."
    use_sink
fi

if has_display; then
    echo "Showing the demo; close the window or press Ctrl-C to end it."
    # shellcheck disable=SC2086
    "$program" demo $sound "$@" || status=$?
    [ -z "$sound" ] || make_wav
    exit "${status:-0}"
fi

echo "There is no display: running for $seconds s on a virtual screen of 1920x1080."
deploy/deps.sh virtual
start_xvfb
# shellcheck disable=SC2086
SDL_VIDEODRIVER=x11 "$program" demo --seconds "$seconds" $sound "$@" &
demo=$!
trap 'kill $demo $xvfb 2>/dev/null || true' EXIT
take_pictures
status=0
wait "$demo" || status=$?
[ -z "$sound" ] || make_wav
for file in "$folder"/screen-*.png; do
    echo "What was shown: $file"
done
exit "$status"
