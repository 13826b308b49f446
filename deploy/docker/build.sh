#!/bin/bash
# build.sh plain|hpc [NAME] - makes the image of the program, and prints its name as its last line.
#   plain  the program on Debian: a drop-in for reana-job-controller in REANA, and the image of helm/scailfin
#   hpc    the same with HTCondor, Slurm's client, ssh and Kerberos
# NAME is scailfin/job-controller:VERSION by default, with "-hpc" for that variant.  The program is taken from artifacts/published and
# published first if it is not there; SCAILFIN_PROGRAM and SCAILFIN_TEST_CONDOR_WORKER name others.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=deploy/docker/base.sh
source "$here/base.sh"

say() { echo "build: $*" >&2; }
fail() {
  say "$*"
  exit 1
}

variant=${1:-}
case "$variant" in
plain) suffix="" ;;
hpc) suffix=-hpc ;;
*) fail "usage: build.sh plain|hpc [NAME]" ;;
esac
version=$(sed -nE 's/.*<Version>(.*)<\/Version>.*/\1/p' "$root/Directory.Build.props")
name=${2:-scailfin/job-controller:$version$suffix}
base=debian:trixie

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

# publish PROJECT FOLDER
publish() {
  say "publishing $1 into $2, which takes some minutes"
  local rid
  case "$(uname -m)" in
  x86_64) rid=linux-x64 ;;
  aarch64) rid=linux-arm64 ;;
  *) fail "there is no native compiler for $(uname -m)" ;;
  esac
  # The lock files do not name the native compiler: they are put back afterwards.
  (cd "$root" && find src -name packages.lock.json -not -path '*/artifacts/*' -print0 | tar --null -cf "$scratch/locks.tar" -T -)
  local code=0
  (cd "$root" && dotnet publish "$1" -c Release -r "$rid" -p:PublishAot=true -p:CppCompilerAndLinker=gcc -p:RestoreLockedMode=false \
    -o "$2" >"$scratch/publish.log" 2>&1) || code=$?
  tar -C "$root" -xf "$scratch/locks.tar"
  [ "$code" -eq 0 ] || {
    tail -n 20 "$scratch/publish.log" >&2
    fail "dotnet publish $1 failed with exit code $code"
  }
}

program=${SCAILFIN_PROGRAM:-$root/artifacts/published/scailfin}
[ -x "$program" ] || publish src/Scailfin.Cli "$(dirname "$program")"
mkdir -p "$scratch/context/program"
install -m 755 "$program" "$scratch/context/program/scailfin"
install -m 644 "$(dirname "$program")"/*.so "$scratch/context/program/"
projects=(Scailfin.Cli)
if [ "$variant" = hpc ]; then
  worker=${SCAILFIN_TEST_CONDOR_WORKER:-$root/artifacts/published-worker/htcondor-net-worker}
  [ -x "$worker" ] || publish src/HTCondor.Net.Worker "$(dirname "$worker")"
  install -m 755 "$worker" "$scratch/context/program/htcondor-net-worker"
  projects+=(HTCondor.Net.Worker)
fi

# The .NET packages that are compiled into the program, as "NAME VERSION".
for project in "${projects[@]}"; do
  sed -nE 's/^      "([^"]+)": \{$/\1/p; s/^        "resolved": "([^"]+)",?$/= \1/p' "$root/src/$project/packages.lock.json" |
    sed -nE '/^= /!{h;d}; s/^= //; G; s/^(.*)\n(.*)$/\2 \1/p'
done | grep -v Analyzer | sort -u >"$scratch/context/nuget.txt"
cp -r "$here/install.sh" "$here/sbom.sh" "$here/reana_job_controller" "$root/LICENSE" "$scratch/context/"

make_base "$base"
revision=$(git -C "$root" rev-parse HEAD 2>/dev/null || echo unknown)
# The date of what is in it, so that the same commit makes the same labels.
created=$(TZ=UTC git -C "$root" log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd 2>/dev/null || echo 1970-01-01T00:00:00Z)
started=$SECONDS
# The old builder: it is in every engine, and needs no plug-in.
DOCKER_BUILDKIT=0 docker build --network host -f "$here/Dockerfile" -t "$name" \
  --build-arg BASE="$base" --build-arg MIRROR="$(mirror)" --build-arg VARIANT="$variant" --build-arg VERSION="$version" \
  --label org.opencontainers.image.title="Scailfin job controller$suffix" \
  --label org.opencontainers.image.description="Runs the steps of REANA's workflows; a drop-in for reana-job-controller" \
  --label org.opencontainers.image.version="$version" \
  --label org.opencontainers.image.revision="$revision" \
  --label org.opencontainers.image.created="$created" \
  --label org.opencontainers.image.licenses=MIT \
  --label org.opencontainers.image.base.name="$base" \
  "$scratch/context" >"$scratch/build.log" 2>&1 || {
  tail -n 40 "$scratch/build.log" >&2
  fail "docker build failed (its last lines are above)"
}
size() { docker image inspect -f '{{.Size}}' "$1"; }
say "$name: $((($(size "$name") - $(size "$base")) / 1000000)) MB beyond $base, made in $((SECONDS - started)) s"
echo "$name"
