#!/bin/sh
# Installs what a build for another architecture needs beside the machine's own libraries, which nothing is removed
# for: cross.sh ARCHITECTURE [PACKAGE...]. Says nothing when all is there. Needs root.
set -eu

cd "$(dirname -- "$0")/.."
architecture=$1
shift

missing=
for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package:$architecture" 2>/dev/null | grep -qx installed ||
        missing="$missing $package:$architecture"
done
if [ -z "$missing" ] && dpkg-checkbuilddeps -a"$architecture" -Pcross,nocheck >/dev/null 2>&1; then
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
dpkg --add-architecture "$architecture"
apt-get -q update
apt-get -y -q --no-install-recommends --no-remove --host-architecture "$architecture" -Pcross,nocheck build-dep ./
if [ -n "$missing" ]; then
    apt-get -y -q --no-install-recommends --no-remove install $missing
fi
