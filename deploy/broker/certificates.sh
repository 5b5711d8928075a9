#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The certificates of a site: an authority of its own, the broker's certificate, one for each display and program.
#
# Keys are of the curve P-256. Whoever holds ca.key can make displays and brokers: keep this folder off the broker and
# the displays, and give each machine its own three files. A key is never written over; to replace one, move it away.
# What openssl keeps to itself (index.txt, serials, every certificate ever made) is in the folder `issued`. A command
# that fails leaves no file of its own behind.
set -eu
umask 077

usage() {
    cat <<'EOF'
usage: certificates.sh FOLDER authority SITE         begin: ca.key, ca.crt, crl.pem
       certificates.sh FOLDER server NAME [ALSO]...  the broker: host name, other names, IP addresses
       certificates.sh FOLDER client NAME            a display by its [display] id, queue-server, fleet-admin, ...
       certificates.sh FOLDER renew NAME             a new certificate for the key that is there
       certificates.sh FOLDER revoke NAME            every certificate of that name; removes its key, renews crl.pem
       certificates.sh FOLDER renew-authority        a new ca.crt and crl.pem; every certificate stays as it is
       certificates.sh FOLDER renew-crl              a new crl.pem; nothing else changes
       certificates.sh FOLDER list                   what was made, until when it is valid, what is revoked

DAYS=730 is how long a certificate is valid, CA_DAYS=3650 how long ca.crt and crl.pem are.
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

# Takes back what a command has made that did not come to its end.
made=
undo() {
    for file in $made; do
        rm -f "$folder/$file"
    done
}

# Files of the kit itself would be taken for a certificate's. Upper case is the same on a memory stick.
check_free() {
    case $(echo "$1" | tr '[:upper:]' '[:lower:]') in
    ca | ca.key | ca.crt) die "\"$1\" is the authority itself, no certificate's name: see renew-authority" ;;
    crl | crl.pem) die "\"$1\" is the revocation list, no certificate's name: see renew-crl" ;;
    issued) die "\"$1\" is the folder of what was made, no certificate's name" ;;
    esac
}

check_name() {
    case $1 in
    *[!a-z0-9-]* | "") die "\"$1\": expected a name of a-z 0-9 -, as in [display] id" ;;
    esac
    [ "${#1}" -le 32 ] || die "\"$1\": expected at most 32 characters"
}

check_days() {
    case $2 in
    *[!0-9]* | 0* | "") die "$1=$2: expected a number of days" ;;
    esac
}

need_authority() {
    if [ ! -f "$folder/ca.key" ] || [ ! -f "$folder/issued/index.txt" ]; then
        die "$folder holds no authority: begin with \"certificates.sh $folder authority SITE\""
    fi
}

new_key() {
    [ ! -e "$folder/$1.key" ] || die "$folder/$1.key is there already and is not written over: renew keeps it;" \
        "for a new key or other names move it away first"
    made="$made $1.key"
    quietly genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$folder/$1.key"
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
    made="$made crl.pem.new"
    quietly ca -config "$folder/issued/openssl.cnf" -gencrl -crldays "$ca_days" -out "$folder/crl.pem.new"
    chmod 644 "$folder/crl.pem.new"
    mv "$folder/crl.pem.new" "$folder/crl.pem"
}

end_of() {
    openssl x509 -in "$1" -noout -enddate | sed 's/notAfter=/valid until /'
}

# The authority's own certificate, for the key that is there. Others name their authority by its key and its name, so
# one with the same two takes the place of the one before.
write_authority() {
    made="$made ca.crt.new"
    quietly req -x509 -config "$folder/issued/openssl.cnf" -extensions authority -new -key "$folder/ca.key" \
        -days "$ca_days" -subj "/CN=$1" -out "$folder/ca.crt.new"
    chmod 644 "$folder/ca.crt.new"
    mv "$folder/ca.crt.new" "$folder/ca.crt"
}

make_authority() {
    [ $# -eq 1 ] || usage
    check_name "$1"
    for file in ca.key ca.crt issued/index.txt; do
        [ ! -e "$folder/$file" ] || die "$folder/$file is there already and is not written over:" \
            "another authority begins in another folder"
    done
    mkdir -p "$folder/issued"
    made="issued/index.txt ca.crt"
    : >"$folder/issued/index.txt"
    # A random first number, so that no two authorities of a site ever give the same one.
    openssl rand -hex 16 | sed 's/^./1/' >"$folder/issued/serial"
    echo 1000 >"$folder/issued/crlnumber"
    write_config
    new_key ca
    write_authority "hallcall $1"
    write_crl
    echo "$folder/ca.crt: the authority of $1, $(end_of "$folder/ca.crt")"
}

renew_authority() {
    [ $# -eq 0 ] || usage
    # It has issued itself.
    name=$(openssl x509 -in "$folder/ca.crt" -noout -issuer -nameopt RFC2253)
    write_authority "${name#issuer=CN=}"
    write_crl
    echo "$folder/ca.crt: $(end_of "$folder/ca.crt"); certificates stay as they are"
    echo "copy ca.crt and crl.pem to the broker, ca.crt to every display and program," \
        "then on the broker: systemctl restart mosquitto"
}

renew_crl() {
    [ $# -eq 0 ] || usage
    write_crl
    echo "$folder/crl.pem: copy it to the broker, then: systemctl reload mosquitto"
}

# Signs a request for the key of $1; a server has its extensions in issued/$1.server.
sign() {
    name=$1
    made="$made $name.crt.new issued/$name.csr"
    set -- -extensions client
    [ ! -f "$folder/issued/$name.server" ] || set -- -extfile "$folder/issued/$name.server"
    quietly req -config "$folder/issued/openssl.cnf" -new -key "$folder/$name.key" -subj "/CN=$name" \
        -out "$folder/issued/$name.csr"
    quietly ca -batch -notext -config "$folder/issued/openssl.cnf" -days "$days" "$@" \
        -in "$folder/issued/$name.csr" -out "$folder/$name.crt.new"
    rm -f "$folder/issued/$name.csr"
    chmod 644 "$folder/$name.crt.new"
    mv "$folder/$name.crt.new" "$folder/$name.crt"
    echo "$folder/$name.crt: $(end_of "$folder/$name.crt")"
}

# What openssl takes for an address: it is asked with a request that nobody keeps.
check_address() {
    openssl req -config "$folder/issued/openssl.cnf" -new -key "$folder/ca.key" -subj "/CN=address" \
        -addext "subjectAltName = IP:$1" -out /dev/null 2>/dev/null ||
        die "\"$1\": expected a host name or an IP address"
}

# Names have a letter somewhere, IPv4 addresses none, IPv6 addresses a colon.
alternative() {
    case $1 in
    "" | *[!a-zA-Z0-9.:-]* | .* | -* | *. | *..*) die "\"$1\": expected a host name or an IP address" ;;
    *:*) check_address "$1" && echo "IP:$1" ;;
    *[!0-9.]*) echo "DNS:$1" ;;
    *) check_address "$1" && echo "IP:$1" ;;
    esac
}

make_server() {
    [ $# -ge 1 ] || usage
    name=$1
    check_free "$name"
    case $name in *:*) die "\"$name\": expected a host name first, then addresses" ;; esac
    [ "${#name}" -le 64 ] || die "\"$name\": expected at most 64 characters; a longer name may stand behind a short one"
    all=
    for host; do
        all="$all${all:+,}$(alternative "$host")"
    done
    new_key "$name"
    made="$made issued/$name.server"
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
    check_free "$1"
    check_name "$1"
    new_key "$1"
    # The name may have been a server's whose key was moved away.
    rm -f "$folder/issued/$1.server"
    sign "$1"
}

# The numbers of all certificates of a name that are not revoked: those that were renewed are still valid.
valid_numbers() {
    awk -F '\t' -v subject="/CN=$1" '$1 == "V" && $6 == subject { print $4 }' "$folder/issued/index.txt"
}

need_valid() {
    check_free "$1"
    numbers=$(valid_numbers "$1")
    [ -n "$numbers" ] || die "\"$1\" has no certificate, or only revoked ones: see list"
}

renew() {
    [ $# -eq 1 ] || usage
    need_valid "$1"
    [ -f "$folder/$1.key" ] || die "there is no $folder/$1.key"
    sign "$1"
}

revoke() {
    [ $# -eq 1 ] || usage
    need_valid "$1"
    server=
    client=
    for number in $numbers; do
        case $(openssl x509 -in "$folder/issued/$number.pem" -noout -ext extendedKeyUsage) in
        *Server*) server=yes ;;
        *) client=yes ;;
        esac
        quietly ca -config "$folder/issued/openssl.cnf" -revoke "$folder/issued/$number.pem"
        echo "revoked: $1, number $number"
    done
    write_crl
    # A key that may be in other hands is not to be renewed.
    rm -f "$folder/$1.key" "$folder/$1.crt" "$folder/issued/$1.server"
    if [ -n "$client" ]; then
        echo "$folder/crl.pem: copy it to the broker, then: systemctl restart mosquitto, which ends old connections too"
    fi
    if [ -n "$server" ]; then
        echo "$1: displays do not notice this: they read no revocation list, and believe whoever has the broker's key"
        echo "until its certificate ends. Was it stolen, the site needs a new authority: README.md, \"When a broker's key"
        echo "is stolen\". Was it not, \"server\" makes a new one."
    fi
}

# The end of ca.crt or crl.pem as openssl writes it in index.txt: 20361127072929Z.
compact() {
    sed 's/.*=//; s/[^0-9Z]//g'
}

list() {
    [ $# -eq 0 ] || usage
    awk -F '\t' -v now="$(date -u +%Y%m%d%H%M%SZ)" \
        -v authority="$(openssl x509 -in "$folder/ca.crt" -noout -enddate -dateopt iso_8601 | compact)" \
        -v revocation="$(openssl crl -in "$folder/crl.pem" -noout -nextupdate -dateopt iso_8601 | compact)" '
    function tell(state, until, name) {
        if (state == "valid" && until < now) state = "expired"
        printf "%-8s until %s-%s-%s  %s\n", state, substr(until, 1, 4), substr(until, 5, 2), substr(until, 7, 2), name
    }
    BEGIN {
        tell("valid", authority, "ca.crt, the authority")
        tell("valid", revocation, "crl.pem, the revocation list")
    }
    { tell($1 == "R" ? "revoked" : "valid", length($2) == 13 ? "20" $2 : $2, substr($6, 5)) }
    ' "$folder/issued/index.txt"
}

days=${DAYS:-730}
ca_days=${CA_DAYS:-3650}
[ $# -ge 2 ] || usage
check_days DAYS "$days"
check_days CA_DAYS "$ca_days"
command -v openssl >/dev/null || die "openssl is not installed"
command=$2
[ "$command" != authority ] || mkdir -p "$1"
[ -d "$1" ] || die "there is no folder $1"
folder=$(cd "$1" && pwd)
shift 2
trap undo EXIT
trap 'exit 1' HUP INT TERM
case $command in
authority) make_authority "$@" ;;
server | client | renew | revoke | renew-authority | renew-crl | list)
    need_authority
    write_config
    case $command in
    server) make_server "$@" ;;
    client) make_client "$@" ;;
    renew-authority) renew_authority "$@" ;;
    renew-crl) renew_crl "$@" ;;
    *) "$command" "$@" ;;
    esac
    ;;
*) usage ;;
esac
made=
