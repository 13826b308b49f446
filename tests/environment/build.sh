#!/bin/bash
# build.sh [IMAGE...] - makes the images of the integration tests that are not there yet, all of them by default:
#   hpc         scailfin-test/hpc         an HTCondor pool, Slurm, sshd and container runtimes
#   hpc-lmod    scailfin-test/hpc-lmod    the same with Lmod
#   condor-sid  scailfin-test/condor-sid  a pool of the newer HTCondor of Debian sid
#   services    scailfin-test/services    PostgreSQL and RabbitMQ, for deploy/compose.yaml and the chart
# Each is tagged with a hash of this folder, and "latest".  "build.sh --tag" only prints that tag.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
base=debian:trixie
say() { echo "environment: $*"; }

# The files as git would have them: names, modes and contents.
tag=$(find . -type f -not -name README.md -printf '%P %m\0' | LC_ALL=C sort -z |
  while IFS= read -r -d '' entry; do
    printf '%s ' "$entry"
    sha256sum <"${entry% *}"
  done | sha256sum | cut -c -16)
if [ "${1:-}" = --tag ]; then
  echo "$tag"
  exit 0
fi

# shellcheck source=deploy/docker/base.sh
source ../../deploy/docker/base.sh

build() {
  local name=scailfin-test/$1 started=$SECONDS log
  if docker image inspect "$name:$tag" >/dev/null 2>&1; then
    say "$name: there already"
    return 0
  fi
  [ "$1" != hpc-lmod ] || build hpc
  say "$name"
  log=$(mktemp)
  # The old builder: it is in every engine, and needs no plug-in.
  if ! DOCKER_BUILDKIT=0 docker build --network host --build-arg MIRROR="$(mirror)" --build-arg TAG="$tag" \
    -t "$name:$tag" -t "$name:latest" -f "$1/Dockerfile" . >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f -- "$log"
    return 1
  fi
  rm -f -- "$log"
  say "$name: $(($(docker image inspect -f '{{.Size}}' "$name:$tag") / 1000000)) MB, $((SECONDS - started)) s"
}

# Two callers do not build at once; the second finds what the first made.
exec 9>"${TMPDIR:-/tmp}/scailfin-environment-$(id -u).lock"
flock 9

[ $# -gt 0 ] || set -- hpc hpc-lmod condor-sid services
started=$SECONDS
make_base "$base"
say "$base: $((SECONDS - started)) s"
for image in "$@"; do build "$image"; done
