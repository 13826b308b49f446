#!/bin/bash
# run.sh - what the HTCondor manager costs, on a pool in a container: the time from a step's last word to its end being told, and many
# jobs at once against condor_submit's "queue N" of the same wrapper.
#
#   BENCH_JOBS   how many jobs (60 for the latency, 500 for many at once)
#   BENCH_PAIRS  alternating pairs (5)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tests=Scailfin.JobManagers.HTCondor.Tests
dotnet build -c Release -v quiet -p:Benchmarks=true "tests/$tests"
"artifacts/bin/$tests/release/$tests" -explicit only -class '*.Benchmark' -showLiveOutput | grep -E 'latency|pair|ratio|FAIL|Total'
