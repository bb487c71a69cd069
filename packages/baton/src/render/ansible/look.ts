// One look at a host for all that the role has to know of it: every question of its own would cost a
// connection, a Python and a second on each host.

/** Arguments: packages, with spaces between; the paths of folders and files to be. Changes nothing. */
export const LOOK_SH = `# Written by Baton. Says what is on this host, a line each, and changes nothing.
# sh look.sh PACKAGES PATH...
packages=$1
shift
if systemctl is-active --quiet redis-server.service; then echo "active redis-server"; fi
if getent passwd baton >/dev/null && getent group baton >/dev/null; then echo "user baton"; fi
if [ "$(readlink /etc/systemd/system/redis-server.service)" = /dev/null ]; then echo "masked redis-server"; fi
if systemctl is-active --quiet baton-firewall.service &&
  systemctl is-enabled --quiet baton-firewall.service; then echo "firewall"; fi
for package in $packages; do
  if [ "$(dpkg-query --show --showformat='\${db:Status-Status}' "$package" 2>/dev/null)" = installed ]; then
    echo "package $package"
  fi
done
stat --format='access %n %U %G 0%a' -- "$@" 2>/dev/null
sha256sum -- "$@" 2>/dev/null | sed 's/^/hash /'
sed 's/^/listed /' /etc/baton/files.list 2>/dev/null
for path in /opt/baton/*; do
  if [ -f "$path" ] || [ -f "$path/complete" ]; then echo "program \${path##*/}"; fi
  if [ -e "$path" ]; then echo "version \${path##*/}"; fi
done
sed -n 's/^exec /command /p' /usr/local/bin/baton 2>/dev/null
if [ -e /etc/baton/unapplied ]; then echo "unapplied"; fi
exit 0
`;
