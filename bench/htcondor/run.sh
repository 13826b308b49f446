#!/bin/bash
# run.sh - HTCondor.Net's native transport beside the command line, on a pool in a container.
#
# usage: bench/htcondor/run.sh [ROUNDS] [MIXED-CALLS] [IMAGE]     (default: 5, 10000, hpc; condor-sid is the other image)
#
# Client and pool are in one container; the schedd's SPOOL is in memory, so that both sides are measured and not the disk that they share.
# tests/environment/build.sh makes the images.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
rounds=${1:-5} mixed=${2:-10000} image=${3:-hpc}
case "$(uname -m)" in
aarch64) rid=linux-arm64 ;;
*) rid=linux-x64 ;;
esac
work=$(mktemp -d)
chmod 755 "$work"
container=''

finish() {
  [ -z "$container" ] || docker rm -f "$container" >/dev/null
  rm -rf -- "$work"
}
trap finish EXIT

options=(-c Release -r "$rid" -p:PublishAot=true -p:CppCompilerAndLinker=gcc -p:RestoreLockedMode=false)
dotnet publish src/HTCondor.Net.Worker "${options[@]}" -o "$work/worker"
dotnet publish bench/htcondor "${options[@]}" -o "$work/bench"
container=$(docker run -d --hostname hpc --cap-add SYS_ADMIN --cap-add DAC_READ_SEARCH \
  --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined \
  --tmpfs /var/spool/condor:size=512m --tmpfs /var/log/condor -v "$work:/opt/bench:ro" "scailfin-test/$image:latest")
docker exec "$container" site-condor start
docker exec -u alice -w /home/alice "$container" /opt/bench/bench/htcondor-bench /opt/bench/worker/htcondor-net-worker "$rounds" "$mixed"
