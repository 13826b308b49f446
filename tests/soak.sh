#!/bin/bash
# soak.sh - what the tests do for a moment, for long: the service is killed at every point of a job's life with many seeds
# (SCAILFIN_FAULT_SEEDS, 200 unless set), a cluster refuses one user's jobs (SCAILFIN_TEST_SOAK_SECONDS, 600 unless set), workspaces are
# swapped while they are used (SCAILFIN_TEST_RACE_ROUNDS, 10000 unless set), and every parser gets inputs that nobody meant
# (SCAILFIN_TEST_FUZZ_SECONDS each, 1800 unless set). No job may be lost or doubled, and no other user may notice. Takes seven hours.
# The figures of races and fuzz runs are in artifacts/soak-figures.txt (or SCAILFIN_TEST_FIGURES) then.
set -euo pipefail

export SCAILFIN_FAULT_SEEDS=${SCAILFIN_FAULT_SEEDS:-200}
export SCAILFIN_TEST_ALL_FAULTS=true # at each read and write of an attempt
export SCAILFIN_TEST_SOAK_SECONDS=${SCAILFIN_TEST_SOAK_SECONDS:-600}
export SCAILFIN_TEST_RACE_ROUNDS=${SCAILFIN_TEST_RACE_ROUNDS:-10000}
export SCAILFIN_TEST_FUZZ_SECONDS=${SCAILFIN_TEST_FUZZ_SECONDS:-1800}
export SCAILFIN_TEST_FILTER=${SCAILFIN_TEST_FILTER:-*KillTests *FailingCreatesTests *WorkspaceHandleTests *WorkspaceRaceTests *EvidenceFaultTests *FuzzTests}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export SCAILFIN_TEST_FIGURES=${SCAILFIN_TEST_FIGURES:-$root/artifacts/soak-figures.txt}
mkdir -p "$root/artifacts"
exec "$root/tests/run.sh"
