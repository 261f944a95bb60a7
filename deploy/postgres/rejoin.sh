#!/bin/sh
# On a former primary: throws away what it never had acknowledged and makes it follow the new one. Then: protect.sh on the new primary.
. "$(dirname "$0")/lib.sh"

pg_isready -q -t 5 -h "$PEER_HOST" -p "$PEER_PORT" || fail "$PEER does not answer at $PEER_HOST:$PEER_PORT"
! runs || stop
rm -f "$DATA/comity-sync.conf"
if pg_rewind --target-pgdata="$DATA" --source-server="$(peer)" -R > "$DATA.rewind.log" 2>&1; then
    configure
    rm -f "$DATA/comity-sync.conf" "$DATA.rewind.log"
    start
    echo "$NAME was rewound and follows $PEER"
else
    aside=$DATA.$(date -u +%Y%m%dT%H%M%SZ)
    mv "$DATA" "$aside"
    copy
    echo "$NAME could not be rewound (see $DATA.rewind.log): it is a fresh copy and follows $PEER; what it was is in $aside, delete it"
fi
