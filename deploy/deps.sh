#!/bin/sh
# Installs what is missing from deploy/packages for the groups named: deps.sh [--list] GROUP...
#
# Only missing packages are installed and nothing is asked. Without root and without sudo it says
# exactly what to install and fails. --list prints the packages of the groups and installs nothing.
set -eu

here=$(dirname -- "$0")

list_only=false
if [ "${1:-}" = --list ]; then
    list_only=true
    shift
fi

wanted=
for group in "$@"; do
    found=$(sed 's/#.*//' "$here/packages" | while read -r name package; do
        if [ "$name" = "$group" ]; then echo "$package"; fi
    done)
    if [ -z "$found" ]; then
        echo "deps: no group '$group' in deploy/packages" >&2
        exit 64
    fi
    wanted="$wanted $found"
done
if $list_only; then
    printf '%s\n' $wanted
    exit 0
fi

# A virtual package counts when something installed provides it (npm may come with nodejs); a library for another
# processor does not.
native=$(dpkg --print-architecture)
installed=$(dpkg-query -W -f '${db:Status-Status} ${Architecture} ${Package}, ${Provides}\n' |
    sed -nE "s/^installed (all|$native) //p" | tr ',' '\n' | sed 's/^ *//; s/[ :(].*//')
missing=
for package in $wanted; do
    if ! printf '%s\n' "$installed" | grep -qxF -e "$package"; then
        missing="$missing $package"
    fi
done
if [ -z "$missing" ]; then
    exit 0
fi

as_root=
if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as_root=sudo
    else
        echo "deps: these packages are missing; please install them as root:" >&2
        echo "    apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
fi

echo "deps: installing$missing"
install() {
    # An apt hook or another apt may hold the lock for a moment on a freshly started machine.
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -y -q \
        --no-install-recommends install $missing
}
# The index may be empty (a fresh debootstrap) or older than the archive: fetch it and try again.
first_try=$(mktemp)
trap 'rm -f "$first_try"' EXIT
if ! install </dev/null >"$first_try" 2>&1; then
    $as_root apt-get -o DPkg::Lock::Timeout=120 -q update </dev/null
    install </dev/null
fi
