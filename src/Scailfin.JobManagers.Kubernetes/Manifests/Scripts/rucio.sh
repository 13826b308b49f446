# Writes Rucio's configuration for the step. Without what it needs the job fails here: the step could only fail later.
set -u
missing=0
for name in VONAME RUCIO_USERNAME; do
  if [ -z "${!name:-}" ]; then
    echo "[ERROR] $name does not exist in user secrets."
    missing=1
  fi
done
[ "$missing" -eq 0 ] || exit 1

if [ "$VONAME" = atlas ]; then
  rucio_host=https://voatlasrucio-server-prod.cern.ch
  auth_host=https://voatlasrucio-auth-prod.cern.ch
else
  rucio_host="https://$VONAME-rucio.cern.ch"
  auth_host="https://$VONAME-rucio-auth.cern.ch"
fi
export RUCIO_CFG_ACCOUNT="$RUCIO_USERNAME"
export RUCIO_CFG_CLIENT_VO="$VONAME"
export RUCIO_CFG_RUCIO_HOST="${RUCIO_RUCIO_HOST:-$rucio_host}"
export RUCIO_CFG_AUTH_HOST="${RUCIO_AUTH_HOST:-$auth_host}"

cp -- /etc/pki/tls/certs/CERN-bundle.pem /rucio_cache/CERN-bundle.pem || exit 1
j2 /opt/user/rucio.cfg.j2 >/rucio_cache/rucio.cfg || exit 1
