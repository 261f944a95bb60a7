#!/usr/bin/env bash
# Makes the homes of two States as an older version of the program left them: what UpgradeTests starts from.
#   git worktree add ../older f1c7a6c && (cd ../older && dotnet build src/Comity)
#   test/Upgrade/make.sh ../older/src/Comity/bin/Debug/net10.0/comity test/Upgrade/schema-1 "Host=…;Database=…"
# The connection string is of an empty PostgreSQL database on this machine: Utopia's home once more. Synthetic data, keys of no worth.
set -euo pipefail
comity=$1 out=$(realpath -m "$2") postgres=$3
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
umask 077
echo "a passphrase of these tests" > passphrase

init() { # CODE PORT HOME [DATABASE]
    "$comity" init --home "$3" --member "$1" --name-en "State $1" --name-fr "État $1" --issues "$1" --address "https://127.0.0.1:$2" --desk "Duty desk" \
        --phone "+999 1" --email desk@example.org --languages en,fr --hours 24/7 --passphrase-file passphrase ${4:+--database "$4"} >/dev/null
}
run() { # HOME EXCHANGE API
    COMITY__EXCHANGE__LISTEN=127.0.0.1:$2 COMITY__API__LISTEN=http://127.0.0.1:$3 COMITY__CONTACTS__INTERVAL=00:00:01 COMITY__CONTACTS__WAIT=00:00:01 \
        "$comity" run --home "$1" --passphrase-file passphrase > "$1.log" 2>&1 &
    for _ in $(seq 100); do grep -q exchange "$1.log" && return; sleep 0.2; done
    cat "$1.log"; exit 1
}
network() { # UTO's home, XAR's home, name
    "$comity" charter new --network upgrade --out "$3.json" >/dev/null
    "$comity" charter add "$3.json" "$1/application.jws" "$2/application.jws" --threshold 2 >/dev/null
    "$comity" charter sign "$3.json" --root "$1/root" --passphrase-file passphrase --out "$3.jws" >/dev/null
    "$comity" charter sign "$3.jws" --root "$2/root" --passphrase-file passphrase >/dev/null
    local hash; hash=$("$comity" charter verify "$3.jws" --json | sed -n 's/.*"hash": "\(.*\)".*/\1/p')
    for home in "$1" "$2"; do "$comity" join --home "$home" --genesis "$hash" --charter "$3.jws" >/dev/null; done
}
work() { # UTO's home, XAR's home: publish, amend, withdraw, check, replicate
    for home in "$1" "$2"; do
        "$comity" token new --home "$home" --passphrase-file passphrase --desk "document desk" --allow check publish audit operate --purpose border-control --out "$home.token" >/dev/null
    done
    run "$1" 28443 28600; local one=$!
    run "$2" 28444 28601; local two=$!
    for state in "$1 28600 UTO" "$2 28601 XAR"; do
        read -r home port code <<< "$state"
        export COMITY_NODE=http://127.0.0.1:$port COMITY_TOKEN; COMITY_TOKEN=$(cat "$home.token")
        for i in $(seq -w 1 12); do
            echo "{\"v\":1,\"issuer\":\"$code\",\"type\":\"P\",\"number\":\"${code:0:1}00000$i\",\"kind\":\"stolen\",\"enteredBy\":\"Document desk\"}"
        done > records.jsonl
        "$comity" documents import records.jsonl >/dev/null
        "$comity" documents withdraw "$code" "${code:0:1}0000003" >/dev/null
        "$comity" documents check "$code" "${code:0:1}0000001" >/dev/null || true
        sleep 4   # contacts carry everything over, and the cosignatures back
    done
    sleep 4
    kill "$one" "$two"; wait "$one" "$two" || true
}

rm -rf "$out"; mkdir -p "$out"
init UTO 28443 uto; init XAR 28444 xar
network uto xar one; work uto xar
for home in uto xar; do
    mkdir -p "$out/$home"
    cp -r "$home/comity.json" "$home/keys" "$home/root" "$home/storage.jwe" "$home/application.jws" "$out/$home/"
    sqlite3 "$home/comity.db" .dump > "$out/$home/comity.sql"
done

init UTO 28443 uto-pg "$postgres"; init XAR 28444 xar-pg
network uto-pg xar-pg two; work uto-pg xar-pg
mkdir -p "$out/uto-pg" "$out/xar-pg"
for home in uto-pg xar-pg; do cp -r "$home/comity.json" "$home/keys" "$home/root" "$home/storage.jwe" "$home/application.jws" "$out/$home/"; done
sqlite3 xar-pg/comity.db .dump > "$out/xar-pg/comity.sql"
pair() { sed -n "s/.*$1=\([^;]*\).*/\1/p" <<< "$postgres"; }
"$(ls -d /usr/lib/postgresql/*/bin | tail -1)/pg_dump" --inserts --no-owner --no-privileges -h "$(pair Host)" -p "$(pair Port)" -U "$(pair Username)" "$(pair Database)" > "$out/uto-pg/comity.sql"
find "$out" -type d -exec chmod 755 {} +; find "$out" -type f -exec chmod 644 {} +
du -sh "$out"
