#!/bin/bash
# passwords.sh [FILE] - makes the passwords of compose.yaml and writes them into a file that only its owner can read: deploy/.env by default,
# which Compose reads by itself; another one is named by --env-file.  A file that exists stays as it is: the databases know its passwords.
set -euo pipefail

file=${1:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.env}
if [ -e "$file" ]; then
  echo "passwords: $file exists and stays as it is" >&2
  exit 0
fi
password() { od -An -N 24 -t x1 /dev/urandom | tr -d ' \n'; }
(umask 077 && printf 'POSTGRES_PASSWORD=%s\nRABBITMQ_PASSWORD=%s\n' "$(password)" "$(password)" >"$file")
echo "passwords: made $file" >&2
