#!/bin/sh
# Makes the second server: a copy of the first that follows it. Then: protect.sh on the first.
. "$(dirname "$0")/lib.sh"

[ ! -e "$DATA" ] || fail "$DATA is there already; rejoin.sh makes a former primary follow"
copy
echo "$NAME follows $PEER"
