#!/bin/sh
# Builds the Debian package from the sources as they stand: package.sh [ARCHITECTURE].
#
# The tree is copied to build/deb/source first, because a package build cleans up after itself. Another
# architecture is cross-built; its libraries are installed beside the machine's own, which nothing is removed for.
set -eu

here=$(cd "$(dirname -- "$0")/.." && pwd)
folder=$here/build/deb
native=$(dpkg --print-architecture)
architecture=${1:-$native}

rm -rf "$folder/source"
mkdir -p "$folder/source"
tar -C "$here" --exclude=./build --exclude='./build-*' --exclude=./.git -cf - . | tar -C "$folder/source" -xf -
cd "$folder/source"

if [ "$architecture" = "$native" ]; then
    set --
else
    set -- -a"$architecture" -Pcross,nocheck
    "$here/deploy/cross.sh" "$architecture"
fi
DEB_BUILD_OPTIONS="${DEB_BUILD_OPTIONS:+$DEB_BUILD_OPTIONS }parallel=2" dpkg-buildpackage -b -us -uc "$@" \
    >"$folder/$architecture.log" 2>&1 || {
    tail -n 40 "$folder/$architecture.log"
    echo "package: failed; all of it is in $folder/$architecture.log" >&2
    exit 1
}
ls "$folder"/hallcall_*_"$architecture".deb
