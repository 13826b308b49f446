#!/bin/bash
# soak.sh - what the tests do for a moment, for long: the service is killed at every point of a job's life with many seeds
# (SCAILFIN_FAULT_SEEDS, 200 unless set), and a cluster refuses one user's jobs (SCAILFIN_TEST_SOAK_SECONDS, 600 unless set). No job may be lost
# or doubled, and no other user may notice. Takes an hour and more.
set -euo pipefail

export SCAILFIN_FAULT_SEEDS=${SCAILFIN_FAULT_SEEDS:-200}
export SCAILFIN_TEST_SOAK_SECONDS=${SCAILFIN_TEST_SOAK_SECONDS:-600}
export SCAILFIN_TEST_FILTER=${SCAILFIN_TEST_FILTER:-*KillTests *FailingCreatesTests}
exec "$(dirname "${BASH_SOURCE[0]}")/run.sh"
