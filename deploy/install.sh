#!/usr/bin/env bash
# Installs or upgrades Comity from a published folder. Run as root on the machine of the node.
#
#   install.sh [--from FOLDER] [--root FOLDER]
#
# --from   the published folder; default: the one that this script lies in
# --root   put everything under this folder instead of /, for an image or a trial; needs no root then
#
# Nothing of a node is touched: its home is /var/lib/comity, which this makes where it is not there. The version
# before stays in /opt/comity; to go back, point /opt/comity/current at it and restart.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
from="$here" root=
while [ $# -gt 0 ]; do
    case "$1" in
        --from) from="$(cd "$2" && pwd)"; shift 2 ;;
        --root) mkdir -p "$2"; root="$(cd "$2" && pwd)"; shift 2 ;;
        *) echo "install.sh: $1 is no option; see the first lines of $0" >&2; exit 2 ;;
    esac
done
fail() { echo "install.sh: $*" >&2; exit 1; }
root_user=$([ "$(id -u)" = 0 ] && echo yes || true)
[ -n "$root_user" ] || [ -n "$root" ] || fail "must be run as root"
[ -x "$from/comity" ] || fail "$from holds no published program: ./build.sh publish makes one"
ldconfig -p | grep -q 'libcrypto\.so\.3' || fail "OpenSSL 3 is missing: apt-get install libssl3"
version="$("$from/comity" --version | cut -d+ -f1)"

[ -z "$root_user" ] || getent passwd comity >/dev/null || useradd --system --home-dir /var/lib/comity --no-create-home --shell /usr/sbin/nologin comity
opt="$root/opt/comity"
new="$opt/$version"
[ "$(readlink -f "$opt/current" 2>/dev/null)" != "$new" ] || new="$opt/$version-$(date -u +%Y%m%dT%H%M%SZ)"
install -d -m 755 "$opt" "$root/usr/local/bin" "$root/etc/systemd/system"
rm -rf "$new.part"
cp -r "$from" "$new.part"
[ -z "$root_user" ] || chown -R root:root "$new.part"
chmod -R go-w,a+rX "$new.part"
mv -T "$new.part" "$new"
ln -sfn "$new" "$opt/current.part" && mv -T "$opt/current.part" "$opt/current"   # one rename: there is a program at every instant
ln -sfn "${opt#"$root"}/current/comity" "$root/usr/local/bin/comity"

install -d -m 700 ${root_user:+-o comity -g comity} "$root/var/lib/comity" "$root/var/backups/comity"
install -d -m 700 "$root/etc/comity"
install -m 644 "$here"/systemd/* "$root/etc/systemd/system/"
if [ -z "$root" ] && [ -d /run/systemd/system ]; then
    systemctl daemon-reload
fi
cat <<END
Comity $version is in $new.
Next, for a new node:    comity init … (docs/operating.md, 1), its passphrase in /etc/comity/passphrase, then
                         systemctl enable --now comity comity-backup.timer
for one that is there:   systemctl restart comity
END
