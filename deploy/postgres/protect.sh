#!/bin/sh
# On the primary: from now on nothing is acknowledged before the standby has it on its disk. Waits until the standby follows.
. "$(dirname "$0")/lib.sh"

[ "$(sql 'SELECT pg_is_in_recovery()')" = f ] || fail "$NAME is no primary"
tries=0
until [ "$(sql "SELECT count(*) FROM pg_stat_replication WHERE application_name = '$PEER' AND state = 'streaming'")" = 1 ]; do
    tries=$((tries + 1))
    [ "$tries" -le 60 ] || fail "$PEER does not follow $NAME; nothing was changed"
    sleep 1
done
synchronous "$PEER"
echo "$NAME waits for $PEER before it acknowledges"
