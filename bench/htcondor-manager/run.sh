#!/bin/bash
# run.sh - what the HTCondor manager costs, on a pool in a container: the time from a step's last word to its end being told, and many
# jobs at once against condor_submit's "queue N" of the same wrapper, and what held and missing jobs cost the schedd.  Bounded: 40 minutes.
#
#   BENCH_ENDS   how many ends (60)
#   BENCH_JOBS   how many jobs at once (500)
#   BENCH_PAIRS  alternating pairs (5)
#   BENCH_CLASS  only this class, such as '*.CostBenchmark'
#
#   SCAILFIN_TEST_CONDOR_WORKER  the published worker; that of tests/run.sh unless set, else the one that is built here
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tests=Scailfin.JobManagers.HTCondor.Tests
worker=$PWD/artifacts/published-worker/htcondor-net-worker
if [ -z "${SCAILFIN_TEST_CONDOR_WORKER:-}" ] && [ -x "$worker" ]; then export SCAILFIN_TEST_CONDOR_WORKER=$worker; fi
tests/environment/build.sh
SCAILFIN_TEST_ENVIRONMENT=$(tests/environment/build.sh --tag)
export SCAILFIN_TEST_ENVIRONMENT
dotnet build -c Release -v quiet -p:Benchmarks=true "tests/$tests" >/dev/null
# The container ends with the program that made it.
timeout 2400 "artifacts/bin/$tests/release/$tests" -explicit only -class "${BENCH_CLASS:-*Benchmark}" -showLiveOutput | grep --line-buffered -E '^\||latency|pair|ratio|FAIL|Total:'
