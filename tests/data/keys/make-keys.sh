#!/bin/sh
# Makes the test keys and their self-signed certificates. It was run once; the results are
# committed, because fixtures are signed with them. Running it again makes other keys, after
# which every fixture has to be generated again. Needs OpenSSL 3.
set -eu
cd "$(dirname "$0")"

# name, subject, key parameters, first and last moment of validity
make() {
    name=$1; subject="TEST ONLY $2"; key=$3; from=$4; until=$5
    # The subject by which a key of Microsoft for a whole tenant is recognised.
    [ "$name" != entra-tenant ] || subject=accounts.accesscontrol.windows.net
    scratch=$(mktemp -d)
    # shellcheck disable=SC2086 # the key parameters are several words
    openssl genpkey $key -out "$name.key.pem" 2>/dev/null
    printf '[req]\ndistinguished_name=d\n[d]\n' > "$scratch/req.cnf"
    openssl req -new -key "$name.key.pem" -subj "/CN=$subject" \
        -out "$scratch/csr" -config "$scratch/req.cnf"
    : > "$scratch/index"
    printf '[ca]\ndefault_ca=c\n[c]\ndatabase=%s\nnew_certs_dir=%s\nrand_serial=yes\n' \
        "$scratch/index" "$scratch" > "$scratch/ca.cnf"
    printf 'policy=p\ndefault_md=default\nunique_subject=no\n[p]\ncommonName=supplied\n' \
        >> "$scratch/ca.cnf"
    openssl ca -batch -selfsign -notext -config "$scratch/ca.cnf" -keyfile "$name.key.pem" \
        -in "$scratch/csr" -startdate "$from" -enddate "$until" -out "$name.crt.pem" 2>/dev/null
    rm -r "$scratch"
}

RSA="-algorithm RSA -pkeyopt rsa_keygen_bits:"
EC="-algorithm EC -pkeyopt ec_param_enc:named_curve -pkeyopt ec_paramgen_curve:"
make entra-active        "Entra ID active"         "${RSA}2048" 20250601000000Z 20280601000000Z
make entra-inactive      "Entra ID inactive"       "${RSA}2048" 20260201000000Z 20290201000000Z
make entra-other-tenant  "Entra ID other tenant"   "${RSA}2048" 20250601000000Z 20280601000000Z
make entra-expired       "Entra ID expired"        "${RSA}2048" 20220601000000Z 20250601000000Z
make entra-not-yet-valid "Entra ID not yet valid"  "${RSA}2048" 20270601000000Z 20300601000000Z
make entra-tenant        "Entra ID tenant-wide"    "${RSA}2048" 20250601000000Z 20280601000000Z
make entra-second-app    "Entra ID second app"     "${RSA}2048" 20250601000000Z 20280601000000Z
make attacker            "attacker"                "${RSA}2048" 20250601000000Z 20280601000000Z
make rsa-3072            "RSA 3072"                "${RSA}3072" 20250601000000Z 20350601000000Z
make rsa-1024            "RSA 1024"                "${RSA}1024" 20250601000000Z 20350601000000Z
make p256                "P-256"                   "${EC}P-256" 20250601000000Z 20350601000000Z
make p384                "P-384"                   "${EC}P-384" 20250601000000Z 20350601000000Z
make ed25519             "Ed25519"                 "-algorithm ED25519" 20250601000000Z 20350601000000Z
make sp-encryption       "SP encryption"           "${RSA}2048" 20250601000000Z 20350601000000Z
