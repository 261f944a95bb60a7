#!/bin/sh
# On the primary, when the standby is lost for long: acknowledge without it, so that the node can write. What is acknowledged from now on is on one disk.
. "$(dirname "$0")/lib.sh"

[ "$(sql 'SELECT pg_is_in_recovery()')" = f ] || fail "$NAME is no primary"
synchronous ""
echo "$NAME acknowledges alone: UNPROTECTED"
