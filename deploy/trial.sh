#!/usr/bin/env bash
# docs/operating.md from nothing to three nodes, on this machine: every State installs the published program under a folder of
# its own and runs what its systemd units say, on an address of its own (127.0.0.2, .3, .4). Fails at the first thing that is
# not as the page says.
#
#   trial.sh [PROGRAM FOLDER]    default: the folder that this script lies in
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
program="$(cd "${1:-$here}" && pwd)"
work="$(mktemp -d "${TMPDIR:-/tmp}/comity-trial-XXXXXX")"
chmod 755 "$work"
declare -A number=([UTO]=2 [XAR]=3 [XLY]=4) name=([UTO]=Utopia [XAR]=Arcadia [XLY]=Lyonesse) nom=([UTO]=Utopie [XAR]=Arcadie [XLY]=Lyonesse) process=()

step() { printf '%s\n' "$*"; }
fail() { printf 'trial: %s\n' "$*" >&2; exit 1; }
home() { echo "$work/$1/var/lib/comity"; }
api() { echo "http://127.0.0.${number[$1]}:8600"; }

# What a unit's ExecStart does, as the unit's user, under the State's own folder; in place of the shell that calls it.
unit() {
    local state="$1" root="$work/$1" line
    line="$(sed -n 's/^ExecStart=//p' "$root/etc/systemd/system/$2" | sed "s#/opt/comity#$root/opt/comity#g; s#/var/#$root/var/#g")"
    shift 2
    exec "${user[@]}" env -i PATH="$PATH" COMITY_HOME="$(home "$state")" CREDENTIALS_DIRECTORY="$root/credentials" "$@" $line
}

# The system user that install.sh makes; oneself where one is not root.
user=()
[ "$(id -u)" != 0 ] || user=(setpriv --reuid comity --regid comity --clear-groups --no-new-privs)

# comity, as a person at the State's machine calls it.
at() {
    local state="$1"; shift
    "${user[@]}" env -i PATH="$PATH" COMITY_HOME="$(home "$state")" COMITY_PASSPHRASE_FILE="$work/$state/credentials/comity-passphrase" COMITY_NODE="$(api "$state")" \
        COMITY_TOKEN="$(cat "$work/$state/token" 2>/dev/null || true)" "$work/$state/opt/comity/current/comity" "$@"
}

# A collector of measurements: keeps what is posted to it.
collect() {
    exec python3 - "$work/measured" <<'END'
import http.server, sys
class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        with open(sys.argv[1], 'ab') as file:
            file.write(self.rfile.read(int(self.headers['Content-Length'])))
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
http.server.HTTPServer(('127.0.0.9', 4318), Collector).serve_forever()
END
}

start() { # start STATE [PAGE SAYING]: waits until the page says so
    unit "$1" comity.service COMITY__CONTACTS__INTERVAL=00:00:01 COMITY__TELEMETRY__OTLP=http://127.0.0.9:4318 > "$work/$1/log" 2>&1 &
    process[$1]=$!
    for _ in $(seq 150); do
        [ "$(curl -s -m 2 "$(api "$1")/${2:-ready}" || true)" = "${3:-ready}" ] && return
        kill -0 "${process[$1]}" 2>/dev/null || { cat "$work/$1/log" >&2; fail "$1's node ended"; }
        sleep 0.2
    done
    cat "$work/$1/log" >&2
    fail "$1 is not ready: $(curl -s -m 2 "$(api "$1")/ready")"
}

stop() { # stop STATE [SIGNAL]
    kill "-${2:-TERM}" "${process[$1]}"
    wait "${process[$1]}" 2>/dev/null || true
    unset "process[$1]"
}

finish() {
    for state in "${!process[@]}"; do kill -TERM "${process[$state]}" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

expect() { # expect "what the answer must hold" command…
    local want="$1" got; shift
    got="$("$@" 2>&1)" || true
    [[ "$got" == *"$want"* ]] || fail "$* says
$got
where it should say: $want"
}

# A State's check of a document; a hit has the exit code 1.
checks() { expect "$2" at "$1" documents check UTO "$3"; }

open_to_comity() { [ "$(id -u)" != 0 ] || chown -R comity "$@"; }

install_state() {
    "$here/install.sh" --from "$program" --root "$work/$1" > /dev/null
    mkdir -p "$work/$1/credentials"
    (umask 077; head -c 24 /dev/urandom | base64 > "$work/$1/credentials/root-passphrase")   # its keeper's, who is not the operator
    open_to_comity "$work/$1/credentials"
    at "$1" init --member "$1" --name-en "${name[$1]}" --name-fr "${nom[$1]}" --issues "$1" \
        --address "https://127.0.0.${number[$1]}:8443" --exchange "127.0.0.${number[$1]}:8443" --api "$(api "$1")" \
        --desk "24/7 duty desk" --phone "+999 1 555 0100" --email "duty@example.org" --languages en,fr --hours 24/7 \
        --generate-passphrase "$(home "$1")/passphrase" --root-passphrase-file "$work/$1/credentials/root-passphrase" > /dev/null
    # Where systemd hands the passphrase over, and where the root keys go: apart from the home.
    mv "$(home "$1")/passphrase" "$work/$1/credentials/comity-passphrase"
    mv "$(home "$1")/root" "$work/$1/offline-root"
    cp "$(home "$1")/application.jws" "$work/$1.application.jws"
}

sign() { # sign STATE FILE [more]: the root keys are brought, sign, and go away again
    "$work/$1/opt/comity/current/comity" charter sign "$2" --root "$work/$1/offline-root" --root-passphrase-file "$work/$1/credentials/root-passphrase" "${@:3}" > /dev/null
}

token() {
    at "$1" token new --desk "trial desk" --allow check publish audit operate --purpose border-control --out "$(home "$1")/token" > /dev/null
    mv "$(home "$1")/token" "$work/$1/token"
}

comity="$program/comity"
collect &
process[collector]=$!
for state in UTO XAR XLY; do
    install_state "$state"
    open_to_comity "$work/$state/credentials"
done
step "three States installed $("$comity" --version | cut -d+ -f1) and made their homes and keys"

cd "$work"
"$comity" charter new --network trial --out charter.json > /dev/null
"$comity" charter add charter.json UTO.application.jws XAR.application.jws --threshold 2 > /dev/null
sign UTO charter.json --out charter-1.jws || true      # not complete before both have signed
sign XAR charter-1.jws || fail "the first charter is not complete"
chmod a+r charter-1.jws
genesis="$("$comity" charter verify charter-1.jws --json | sed -n 's/.*"hash": "\([0-9a-f]*\)".*/\1/p')"
for state in UTO XAR; do
    at "$state" join --genesis "$genesis" --charter "$work/charter-1.jws" > /dev/null
    token "$state"
    start "$state"
done
step "Utopia and Arcadia signed a charter, joined it and run"

for state in UTO XAR; do
    at "$state" doctor > "$state.doctor" || { cat "$state.doctor"; fail "the doctor finds faults with $state"; }
done
step "the doctor finds nothing wrong"

at UTO documents publish UTO L898902C3 --kind stolen --date 2026-02-14 --country UTO --entered-by "Document desk" > /dev/null
at XAR feed pull UTO > /dev/null
checks XAR "hit: L898902C3" L898902C3
checks XAR "no hit" L898902C4
step "Arcadia checks a document that Utopia reported: hit; another: no hit"

"$comity" charter new --after charter-1.jws --out charter-2.json > /dev/null
"$comity" charter add charter-2.json XLY.application.jws > /dev/null
sign UTO charter-2.json --previous charter-1.jws --out charter-2.jws || true
sign XAR charter-2.jws --previous charter-1.jws || true
sign XLY charter-2.jws --previous charter-1.jws || fail "the second charter is not complete"
chmod a+r charter-2.jws
at UTO charter take "$work/charter-2.jws" > /dev/null   # Arcadia fetches it from Utopia
at XLY join --genesis "$genesis" --charter "$work/charter-1.jws" "$work/charter-2.jws" > /dev/null
token XLY
start XLY
for _ in $(seq 50); do
    at XLY feed pull > /dev/null 2>&1 && break || sleep 0.2
done
checks XLY "hit: L898902C3" L898902C3
step "Lyonesse was added by a second charter, joined, and finds it too"

"$here/install.sh" --from "$program" --root "$work/UTO" > /dev/null
stop UTO
start UTO
checks UTO "hit: L898902C3" L898902C3
step "Utopia was upgraded and runs again"

(unit XAR comity-backup.service) > backup.log || { cat backup.log; fail "the backup"; }
backup="$(echo "$work"/XAR/var/backups/comity/*)"
expect "whole" at XAR backup verify "$backup"
at XAR documents publish XAR X4410229 --kind lost --date 2026-01-05 --country XAR --entered-by "Document desk" > /dev/null
at UTO feed pull XAR > /dev/null
step "Arcadia backed its node up, as its timer would, and published after that"

stop XAR KILL
mv "$(home XAR)" "$work/XAR/burnt"
install -d -m 700 "$(home XAR)"
open_to_comity "$(home XAR)" "$work/XAR/offline-root"
at XAR restore "$backup" --home "$(home XAR)" > restore.log || { cat restore.log; fail "the restore"; }
start XAR health alive
at XAR recover > recover.log 2>&1 || true      # its ledger since the backup is lost: it says so
expect "READ-ONLY" at XAR status
at XAR epoch open --root "$work/XAR/offline-root" --root-passphrase-file "$work/XAR/credentials/root-passphrase" --reason "restored from a backup" \
    --out "$(home XAR)/epoch.jws" > epoch.log || { cat epoch.log; fail "the new epoch"; }
at XAR notice take "$(home XAR)/epoch.jws" > /dev/null
stop XAR
start XAR
expect "hit: X4410229" at XAR documents check XAR X4410229
at XAR documents publish XAR X4410230 --kind lost --date 2026-01-06 --country XAR --entered-by "Document desk" > /dev/null
for _ in $(seq 50); do
    at UTO feed pull XAR > /dev/null 2>&1 || true
    [[ "$(at UTO documents check XAR X4410230 || true)" == *"hit: X4410230"* ]] && break || sleep 0.2
done
expect "hit: X4410230" at UTO documents check XAR X4410230
expect "hit: X4410229" at UTO documents check XAR X4410229
step "its machine burnt; restored, it found out what it lacked, fetched it from its partners, and went on in a new epoch"

for state in UTO XAR XLY; do
    stop "$state"
    at "$state" ledger verify > "$state.verified" || { cat "$state.verified"; fail "$state's ledger does not verify"; }
done
step "every ledger verifies"

grep -q comity.checks measured || fail "no measurement of checks reached the collector"
! grep -q L898902C3 measured || fail "a measurement names a document"
step "measurements reached the collector, and name no document"
step "the trial is over, and everything was as it should be"
