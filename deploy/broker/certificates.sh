#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The certificates of a site: an authority of its own, the broker's certificate, one for each display and program.
#
# Keys are of the curve P-256. Whoever holds ca.key can make displays and brokers: keep this folder off the broker and
# the displays, and give each machine its own three files. A key is never written over; to replace one, move it away.
# What openssl keeps to itself (index.txt, serials, every certificate ever made) is in the folder `issued`.
set -eu
umask 077

usage() {
    cat <<'EOF'
usage: certificates.sh FOLDER authority SITE         begin: ca.key, ca.crt, crl.pem
       certificates.sh FOLDER server NAME [ALSO]...  the broker: host name, other names, IP addresses
       certificates.sh FOLDER client NAME            a display by its [display] id, queue-server, fleet-admin, ...
       certificates.sh FOLDER renew NAME             a new certificate for the key that is there
       certificates.sh FOLDER revoke NAME            every certificate of that name; removes its key, renews crl.pem
       certificates.sh FOLDER list                   what was made, until when it is valid, what is revoked

DAYS=730 is how long a certificate is valid, CA_DAYS=3650 how long the authority and its crl.pem are.
EOF
    exit 64
}

die() {
    echo "certificates.sh: $*" >&2
    exit 1
}

# openssl with its chatter kept back unless it fails.
quietly() {
    openssl "$@" >"$folder/issued/openssl.log" 2>&1 || { cat "$folder/issued/openssl.log" >&2; die "openssl $1 failed"; }
}

check_name() {
    case $1 in
    *[!a-z0-9-]* | "") die "\"$1\": expected a name of a-z 0-9 -, as in [display] id" ;;
    esac
    [ "${#1}" -le 32 ] || die "\"$1\": expected at most 32 characters"
}

need_authority() {
    if [ ! -f "$folder/ca.key" ] || [ ! -f "$folder/issued/index.txt" ]; then
        die "$folder holds no authority: begin with \"certificates.sh $folder authority SITE\""
    fi
}

new_key() {
    [ ! -e "$1" ] || die "$1 is there already and is not written over"
    quietly genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"
}

# What openssl's `ca` wants to know. The extensions of a server stand in a file of its own beside its certificate.
write_config() {
    cat >"$folder/issued/openssl.cnf" <<EOF
[ca]
default_ca = site
[site]
database = $folder/issued/index.txt
serial = $folder/issued/serial
crlnumber = $folder/issued/crlnumber
new_certs_dir = $folder/issued
certificate = $folder/ca.crt
private_key = $folder/ca.key
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
x509_extensions = client
crl_extensions = crl
[any]
commonName = supplied
[crl]
authorityKeyIdentifier = keyid
[authority]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[client]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
EOF
}

write_crl() {
    quietly ca -config "$folder/issued/openssl.cnf" -gencrl -crldays "$ca_days" -out "$folder/crl.pem.new"
    chmod 644 "$folder/crl.pem.new"
    mv "$folder/crl.pem.new" "$folder/crl.pem"
}

make_authority() {
    [ $# -eq 1 ] || usage
    check_name "$1"
    [ ! -e "$folder/ca.key" ] || die "$folder/ca.key is there already and is not written over"
    mkdir -p "$folder/issued"
    : >"$folder/issued/index.txt"
    # A random first number, so that no two authorities of a site ever give the same one.
    openssl rand -hex 16 | sed 's/^./1/' >"$folder/issued/serial"
    echo 1000 >"$folder/issued/crlnumber"
    write_config
    new_key "$folder/ca.key"
    quietly req -x509 -config "$folder/issued/openssl.cnf" -extensions authority -new -key "$folder/ca.key" \
        -days "$ca_days" -subj "/CN=hallcall $1" -out "$folder/ca.crt"
    chmod 644 "$folder/ca.crt"
    write_crl
    echo "$folder/ca.crt: the authority of $1"
}

# Signs a request for the key of $1; a server has its extensions in issued/$1.server.
sign() {
    name=$1
    set -- -extensions client
    [ ! -f "$folder/issued/$name.server" ] || set -- -extfile "$folder/issued/$name.server"
    quietly req -config "$folder/issued/openssl.cnf" -new -key "$folder/$name.key" -subj "/CN=$name" \
        -out "$folder/issued/$name.csr"
    quietly ca -batch -notext -config "$folder/issued/openssl.cnf" -days "$days" "$@" \
        -in "$folder/issued/$name.csr" -out "$folder/$name.crt.new"
    rm -f "$folder/issued/$name.csr"
    chmod 644 "$folder/$name.crt.new"
    mv "$folder/$name.crt.new" "$folder/$name.crt"
    echo "$folder/$name.crt: $(openssl x509 -in "$folder/$name.crt" -noout -enddate | sed 's/notAfter=/valid until /')"
}

# Names have a letter somewhere, IPv4 addresses none, IPv6 addresses a colon.
alternative() {
    case $1 in
    *:*) echo "IP:$1" ;;
    *[!0-9.]*)
        case $1 in *[!a-zA-Z0-9.-]*) die "\"$1\": expected a host name or an address" ;; esac
        echo "DNS:$1"
        ;;
    *) echo "IP:$1" ;;
    esac
}

make_server() {
    [ $# -ge 1 ] || usage
    name=$1
    case $name in *[!a-zA-Z0-9.-]* | "") die "\"$name\": expected the broker's host name" ;; esac
    all=
    for host; do
        all="$all${all:+,}$(alternative "$host")"
    done
    new_key "$folder/$name.key"
    cat >"$folder/issued/$name.server" <<EOF
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = $all
EOF
    sign "$name"
}

make_client() {
    [ $# -eq 1 ] || usage
    check_name "$1"
    new_key "$folder/$1.key"
    sign "$1"
}

renew() {
    [ $# -eq 1 ] || usage
    [ -f "$folder/$1.key" ] || die "there is no $folder/$1.key"
    sign "$1"
}

# The numbers of all certificates of a name that are not revoked: those that were renewed are still valid.
valid_numbers() {
    awk -F '\t' -v subject="/CN=$1" '$1 == "V" && $6 == subject { print $4 }' "$folder/issued/index.txt"
}

revoke() {
    [ $# -eq 1 ] || usage
    numbers=$(valid_numbers "$1")
    [ -n "$numbers" ] || die "no valid certificate of \"$1\""
    for number in $numbers; do
        quietly ca -config "$folder/issued/openssl.cnf" -revoke "$folder/issued/$number.pem"
        echo "revoked: $1, number $number"
    done
    write_crl
    # A key that may be in other hands is not to be renewed.
    rm -f "$folder/$1.key" "$folder/$1.crt"
    echo "$folder/crl.pem: copy it to the broker, then: systemctl reload mosquitto"
}

list() {
    [ $# -eq 0 ] || usage
    awk -F '\t' '{
        state = $1 == "R" ? "revoked" : "valid"
        date = length($2) == 13 ? "20" $2 : $2
        printf "%-8s until %s-%s-%s  %s\n", state, substr(date, 1, 4), substr(date, 5, 2), substr(date, 7, 2), substr($6, 5)
    }' "$folder/issued/index.txt"
}

days=${DAYS:-730}
ca_days=${CA_DAYS:-3650}
[ $# -ge 2 ] || usage
command -v openssl >/dev/null || die "openssl is not installed"
mkdir -p "$1"
folder=$(cd "$1" && pwd)
command=$2
shift 2
case $command in
authority) make_authority "$@" ;;
server | client | renew | revoke | list)
    need_authority
    write_config
    case $command in
    server) make_server "$@" ;;
    client) make_client "$@" ;;
    *) "$command" "$@" ;;
    esac
    ;;
*) usage ;;
esac
