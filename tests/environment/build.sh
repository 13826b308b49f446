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

# Debian's mirror of this machine, if it is a Debian; else the base image's own.
mirror() {
  # shellcheck disable=SC2016 # apt's own variables
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    sed -nE '/security/d; s/^Debian ([a-z]+:.*[^/])\/?$/\1/p' | head -n 1
}

make_base() {
  if docker image inspect "$base" >/dev/null 2>&1; then return 0; fi
  if timeout 120 docker pull -q "$base" >/dev/null 2>&1; then return 0; fi
  if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null; then
    say "$base cannot be pulled, and making it takes root and debootstrap" >&2
    return 1
  fi
  say "$base cannot be pulled: made here"
  local root
  root=$(mktemp -d)
  debootstrap --variant=minbase trixie "$root" "$(mirror)" >"$root.log" 2>&1 || {
    tail -n 20 "$root.log" >&2
    rm -rf -- "$root" "$root.log"
    return 1
  }
  tar -C "$root" -c . | docker import -c 'CMD ["bash"]' - "$base" >/dev/null
  rm -rf -- "$root" "$root.log"
}

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
make_base
say "$base: $((SECONDS - started)) s"
for image in "$@"; do build "$image"; done
