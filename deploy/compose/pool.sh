#!/bin/bash
# pool.sh - runs the HTCondor pool of compose.yaml as the command of its container.
# /var/lib/scailfin-pool keeps the queue and the key that signs tokens; /var/lib/scailfin-token gets a token for the service.
set -euo pipefail

account=reana
state=/var/lib/scailfin-pool
token=/var/lib/scailfin-token

# A container's address changes with every start.
address=$(hostname -i | cut -d ' ' -f 1)
printf 'CONDOR_HOST = %s\nNETWORK_INTERFACE = %s\n' "$address" "$address" >/etc/condor/config.d/95-address.config

id -u "$account" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$account"
install -d -o condor -g condor -m 775 /run/condor /run/lock/condor
install -d -o condor -g condor -m 755 /var/log/condor "$state" "$state/spool" "$state/execute"
install -d -o root -g root -m 700 "$state/keys"
if [ ! -s "$state/keys/POOL" ]; then
  (umask 077 && head -c 64 /dev/urandom >"$state/keys/POOL.new")
  mv "$state/keys/POOL.new" "$state/keys/POOL"
fi

# User 1000 is the service's.
install -d -o 1000 -g 1000 -m 700 "$token"
(umask 077 && condor_token_create -identity "$account@scailfin.pool" >"$state/keys/token")
install -o 1000 -g 1000 -m 600 "$state/keys/token" "$token/$account"
rm "$state/keys/token"

# The kernel lets a user's runtime mount /proc only where a whole one is to be seen; the engine covers parts of the container's own.
install -d -m 700 /run/scailfin-proc
mount -t proc -o nosuid,nodev,noexec proc /run/scailfin-proc

exec condor_master -f
