#!/bin/bash
# service.sh - the published service of an ordinary user beside a schedd, on a pool in a container.
#
#   service.sh latency   from a step's last word to its terminal status in the API, outputs and log there (BENCH_JOBS, 50)
#   service.sh many      24 h compressed: many short jobs (BENCH_JOBS, 5000), memory every BENCH_EVERY (500), and what is left behind
#
#   SCAILFIN_PROGRAM, SCAILFIN_TEST_CONDOR_WORKER  the published programs; those of tests/run.sh unless set
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
case "${1:-}" in
latency) method='*.Latency_in_the_API' ;;
many) method='*.Many_short_jobs' ;;
*)
  sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
  ;;
esac
export SCAILFIN_PROGRAM=${SCAILFIN_PROGRAM:-$PWD/artifacts/published/scailfin}
export SCAILFIN_TEST_CONDOR_WORKER=${SCAILFIN_TEST_CONDOR_WORKER:-$PWD/artifacts/published-worker/htcondor-net-worker}
for program in "$SCAILFIN_PROGRAM" "$SCAILFIN_TEST_CONDOR_WORKER"; do
  [ -x "$program" ] || { echo "service.sh: $program is missing; tests/run.sh makes it" >&2; exit 1; }
done
tests/environment/build.sh
SCAILFIN_TEST_ENVIRONMENT=$(tests/environment/build.sh --tag)
export SCAILFIN_TEST_ENVIRONMENT
tests=Scailfin.EndToEnd.Tests
dotnet build -c Release -v quiet -p:Benchmarks=true "tests/$tests" >/dev/null
# The container ends with the program that made it.
timeout 1200 "artifacts/bin/$tests/release/$tests" -explicit only -class '*.PoolBenchmark' -method "$method" -showLiveOutput | grep --line-buffered -E '^\||latency|FAIL|Exception|Not within|Total:'
