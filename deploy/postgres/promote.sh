#!/bin/sh
# On the standby, when the primary is lost: makes it the primary. The node's processes find it by themselves.
# The old primary must never again accept writes as one: rejoin.sh on it. While it still answers this refuses, unless --force is the second argument.
. "$(dirname "$0")/lib.sh"

[ "$(sql 'SELECT pg_is_in_recovery()')" = t ] || fail "$NAME is a primary already"
if [ "${2:-}" != --force ] && pg_isready -q -t 5 -h "$PEER_HOST" -p "$PEER_PORT"; then
    fail "$PEER still answers at $PEER_HOST:$PEER_PORT: stop it first"
fi
synchronous ""
pg_ctl -D "$DATA" -w -t 120 promote > /dev/null
sql CHECKPOINT   # until then pg_rewind takes this server for one of the old timeline
echo "$NAME is the primary now, unprotected until $PEER follows: rejoin.sh on $PEER, then protect.sh here"
