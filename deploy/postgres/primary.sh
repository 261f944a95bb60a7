#!/bin/sh
# Makes the first server of a cluster, with the roles replicator and comity and the database comity. Then: standby.sh on the other.
. "$(dirname "$0")/lib.sh"

[ ! -e "$DATA" ] || fail "$DATA is there already"
initdb -D "$DATA" -U postgres -E UTF8 --locale=C --data-checksums --auth-local="${AUTH_LOCAL:-peer}" --auth-host="$AUTH" > /dev/null
configure
cat >> "$DATA/pg_hba.conf" << EOF
host  replication  replicator  $CLIENTS  $AUTH
host  postgres     replicator  $CLIENTS  $AUTH
host  comity       comity      $CLIENTS  $AUTH
EOF
start
# Passwords go through standard input, not where every user of the machine can read arguments.
psql -X -q -v ON_ERROR_STOP=1 -h "$SOCKETS" -p "$PORT" -U postgres -d postgres << EOF
CREATE ROLE replicator LOGIN REPLICATION PASSWORD '$REPLICATION_PASSWORD';
GRANT EXECUTE ON FUNCTION pg_ls_dir(text, boolean, boolean), pg_stat_file(text, boolean),
    pg_read_binary_file(text), pg_read_binary_file(text, bigint, bigint, boolean) TO replicator;  -- for pg_rewind
CREATE ROLE comity LOGIN PASSWORD '${NODE_PASSWORD:-}';
GRANT pg_monitor TO comity;  -- so that the node sees how the standby stands
CREATE DATABASE comity OWNER comity;
EOF
echo "$NAME is a primary on $LISTEN:$PORT, unprotected until it has a standby: standby.sh on $PEER, then protect.sh here"
