# Puts a VOMS proxy where the step looks for it. Without one the job fails here: the step could only fail later.
set -u
secrets=/etc/reana/secrets
proxy=/vomsproxy_cache/x509up_proxy

if [ -n "${VOMSPROXY_FILE:-}" ]; then
  if [ ! -e "$secrets/$VOMSPROXY_FILE" ]; then
    echo "[ERROR] VOMSPROXY_FILE $VOMSPROXY_FILE does not exist in user secrets."
    exit 1
  fi
  cp -- "$secrets/$VOMSPROXY_FILE" "$proxy" || exit 1
else
  missing=0
  for file in userkey.pem usercert.pem; do
    if [ ! -e "$secrets/$file" ]; then
      echo "[ERROR] $file does not exist in user secrets."
      missing=1
    fi
  done
  for name in VOMSPROXY_PASS VONAME; do
    if [ -z "${!name:-}" ]; then
      echo "[ERROR] $name does not exist in user secrets."
      missing=1
    fi
  done
  [ "$missing" -eq 0 ] || exit 1

  # voms-proxy-init wants a key that nobody else can read, and a certificate that is no link.
  install -m 400 -- "$secrets/userkey.pem" /tmp/userkey.pem || exit 1
  base64 -d <<<"$VOMSPROXY_PASS" | voms-proxy-init --voms "${VONAME,,}" --key /tmp/userkey.pem \
    --cert "$(readlink -f "$secrets/usercert.pem")" --pwstdin --out "$proxy"
  made=${PIPESTATUS[1]}
  if [ "$made" -ne 0 ]; then
    echo "[ERROR] voms-proxy-init ended with exit code $made."
    exit 1
  fi
fi
chown "$SCAILFIN_JOB_UID" "$proxy"
