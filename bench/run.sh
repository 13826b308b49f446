#!/bin/bash
# run.sh - what the service costs: the no-op manager behind the real HTTP edge and the real stores, as native code.
#
# usage: bench/run.sh [ROUNDS]        (default: 3; the table shows the median and the range)
#
#   BENCH_KEEP         the program of an earlier run, if there is one, instead of a new build
#   BENCH_SQLITE_ONLY  without PostgreSQL
#
# PostgreSQL is a server of its own, on a socket in a directory that is removed at the end.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
rounds=${1:-3}
work=$(mktemp -d)
chmod 755 "$work"
bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
service='' database=''

finish() {
  [ -z "$service" ] || kill "$service" 2>/dev/null || true
  if [ -n "$database" ]; then
    kill -INT "$database" 2>/dev/null || true
    tail --pid="$database" -f /dev/null
  fi
  rm -rf -- "$work"
}
trap finish EXIT

# PostgreSQL refuses to run as root.
as_user=()
if [ "$(id -u)" -eq 0 ]; then as_user=(setpriv --reuid=nobody --regid=nogroup --clear-groups); fi

start_database() {
  mkdir "$work/pg"
  if [ "$(id -u)" -eq 0 ]; then chown nobody:nogroup "$work/pg"; fi
  "${as_user[@]}" "$bin/initdb" -D "$work/pg/data" -U bench -A trust --locale=C -E UTF8 >/dev/null
  "${as_user[@]}" "$bin/postgres" -D "$work/pg/data" -c listen_addresses=127.0.0.1 -c port=54329 -c unix_socket_directories="$work/pg" >"$work/pg.log" 2>&1 &
  database=$!
  until "$bin/pg_isready" -q -h 127.0.0.1 -p 54329; do
    kill -0 "$database" || { cat "$work/pg.log" >&2; exit 1; }
    sleep 0.1
  done
}

# make_reana DATABASE: REANA's own tables, with the workflow of the load.
make_reana() {
  "$bin/createdb" -h 127.0.0.1 -p 54329 -U bench "$1"
  "$bin/psql" -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p 54329 -U bench -d "$1" -f tests/Scailfin.Storage.Tests/Resources/reana-schema.sql \
    -c "INSERT INTO __reana.workflow (id_, status, created, updated) VALUES ('0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11', 'running', now(), now())"
}

# round NAME LOAD VARIABLE...: one fresh service, one load; the figures go to $work/NAME.
round() {
  local name=$1 load=$2 data token
  shift 2
  data=$(mktemp -d -p "$work")
  mkdir -p "$data/workspaces/admin/bench"
  env SCAILFIN_DATA="$data" SCAILFIN_LISTEN=http://127.0.0.1:0 "$@" "$program" serve 2>"$data/log" &
  service=$!
  until [ -s "$data/service.url" ]; do
    kill -0 "$service" || { cat "$data/log" >&2; exit 1; }
    sleep 0.05
  done
  # A sidecar asks for no token.
  token=$(cat "$data/admin.token" 2>/dev/null || echo none)
  "$program" "$load" "$(cat "$data/service.url")" "$token" "$data/workspaces/admin/bench" "$service" | tee -a "$work/$name"
  kill "$service"
  wait "$service" || true
  service=''
}

case "$(uname -m)" in
  x86_64) rid=linux-x64 ;;
  aarch64) rid=linux-arm64 ;;
  *) echo "run.sh: no native compiler for $(uname -m)" >&2; exit 1 ;;
esac
program=$PWD/artifacts/bench/scailfin-bench
if [ -z "${BENCH_KEEP:-}" ] || [ ! -x "$program" ]; then
  echo "run.sh: publishing" >&2
  # Native compilation adds a package that the lock files do not name: they are put back afterwards.
  find src bench -name packages.lock.json -not -path '*/artifacts/*' -print0 | tar --null -cf "$work/locks.tar" -T -
  code=0
  dotnet publish bench/Scailfin.Bench -c Release -r "$rid" -p:PublishAot=true -p:CppCompilerAndLinker=gcc \
    -p:RestoreLockedMode=false -o artifacts/bench -v q -nologo >&2 || code=$?
  tar -xf "$work/locks.tar"
  [ "$code" -eq 0 ] || exit "$code"
fi

for ((i = 1; i <= rounds; i++)); do
  echo "run.sh: round $i, SQLite" >&2
  round sqlite rates >&2
  round sqlite tracked >&2
  if [ -n "$bin" ] && [ -z "${BENCH_SQLITE_ONLY:-}" ]; then
    [ -n "$database" ] || start_database
    echo "run.sh: round $i, PostgreSQL" >&2
    for load in rates tracked; do
      "$bin/createdb" -h 127.0.0.1 -p 54329 -U bench "$load$i"
      round postgresql "$load" SCAILFIN_DATABASE="postgresql://bench@127.0.0.1:54329/$load$i" >&2
    done
    echo "run.sh: round $i, PostgreSQL, REANA's tables" >&2
    for load in rates tracked; do
      make_reana "reana$load$i"
      round reana "$load" SCAILFIN_MODE=sidecar SHARED_VOLUME_PATH="$work" \
        REANA_KUBERNETES_JOBS_TIMEOUT_LIMIT=3600 REANA_KUBERNETES_JOBS_MAX_USER_TIMEOUT_LIMIT=3600 \
        REANA_SQLALCHEMY_DATABASE_URI="postgresql+psycopg2://bench@127.0.0.1:54329/reana$load$i" >&2
    done
  fi
done
bench/table.py "$work/sqlite" "$work/postgresql" "$work/reana"
