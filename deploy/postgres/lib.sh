# What the scripts of this folder share; read by them, not run. Settings: see example.conf.

set -eu

fail() {
    echo "$1" >&2
    exit 1
}

settings=${1:-}
[ -r "$settings" ] || fail "usage: $(basename "$0") SETTINGS: a file as example.conf"
. "$settings"
: "${NAME:?}" "${DATA:?}" "${PORT:?}" "${LISTEN:?}" "${PEER:?}" "${PEER_HOST:?}" "${PEER_PORT:?}" "${CLIENTS:?}"
AUTH=${AUTH:-scram-sha-256}
SOCKETS=${SOCKETS:-/var/run/postgresql}
REPLICATION_PASSWORD=${REPLICATION_PASSWORD:-}
[ "$(id -u)" != 0 ] || fail "run this as the user who owns the database (postgres), not as root"
[ "$AUTH" = trust ] || [ -n "$REPLICATION_PASSWORD" ] || fail "REPLICATION_PASSWORD is not set in $settings"

BIN=${BIN:-$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)}
[ -x "$BIN/postgres" ] || fail "PostgreSQL is not installed: apt-get install postgresql"
PATH=$BIN:$PATH
export PGPASSWORD="$REPLICATION_PASSWORD" PGCONNECT_TIMEOUT=5
cd /

# One statement on this server, as its owner over the socket.
sql() {
    psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$SOCKETS" -p "$PORT" -U postgres -d "${2:-postgres}" -c "$1"
}

runs() {
    pg_ctl -D "$DATA" status > /dev/null 2>&1
}

start() {
    pg_ctl -D "$DATA" -w -t 120 -l "$DATA/server.log" start > /dev/null
}

stop() {
    pg_ctl -D "$DATA" -w -t 120 -m fast stop > /dev/null
}

# The part of the configuration that is this server's own.
configure() {
    cat > "$DATA/comity.conf" << EOF
cluster_name = '$NAME'              # by this name the other server knows it as its standby
listen_addresses = '$LISTEN'
port = $PORT
unix_socket_directories = '$SOCKETS'
max_connections = 200
fsync = on
full_page_writes = on
synchronous_commit = on
wal_level = replica
wal_log_hints = on                  # pg_rewind needs it
wal_keep_size = ${WAL_KEEP:-1GB}               # a standby that was away for longer needs a fresh copy
wal_sender_timeout = 10s
wal_receiver_timeout = 10s
hot_standby = on
include_if_exists 'comity-sync.conf'
EOF
    grep -q "^include 'comity.conf'" "$DATA/postgresql.conf" || echo "include 'comity.conf'" >> "$DATA/postgresql.conf"
}

# Which standby must have what is acknowledged; none for the empty name.
synchronous() {
    printf "synchronous_standby_names = '%s'\n" "${1:+FIRST 1 (\"$1\")}" > "$DATA/comity-sync.conf"
    ! runs || pg_ctl -D "$DATA" reload > /dev/null
}

peer() {
    echo "host=$PEER_HOST port=$PEER_PORT user=replicator dbname=postgres application_name=$NAME"
}

# A copy of the other server, which follows it.
copy() {
    pg_basebackup -d "$(peer)" -D "$DATA" -R -X stream -c fast
    configure
    rm -f "$DATA/comity-sync.conf"
    start
}
