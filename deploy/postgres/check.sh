#!/bin/sh
# How this server stands. Ends with 1 where what is acknowledged is on one disk only, or nothing can be acknowledged.
. "$(dirname "$0")/lib.sh"

runs || fail "$NAME does not run"
if [ "$(sql 'SELECT pg_is_in_recovery()')" = t ]; then
    sql "SELECT '$NAME follows ' || coalesce(max(sender_host), 'nobody') || coalesce(', last heard ' || extract(epoch FROM now() - max(last_msg_receipt_time))::int || ' s ago', '') FROM pg_stat_wal_receiver"
    [ "$(sql 'SELECT count(*) FROM pg_stat_wal_receiver')" = 1 ]
    exit
fi
sql "SELECT '$NAME is a primary of timeline ' || ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int"
sql "SELECT '  ' || application_name || ' ' || state || ' ' || sync_state || ', ' || pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn) || ' bytes behind' FROM pg_stat_replication"
if [ "$(sql "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum')")" -ge 1 ]; then
    echo "protected"
elif [ -z "$(sql 'SHOW synchronous_standby_names')" ]; then
    echo "UNPROTECTED: what is acknowledged is on one disk"
    exit 1
else
    echo "STOPPED: the standby is away, nothing is acknowledged; unprotect.sh goes on without it"
    exit 1
fi
