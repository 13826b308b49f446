#!/bin/bash
# soak.sh - the fault-injection tests with many seeds (SCAILFIN_FAULT_SEEDS, 200
# unless set): the service is killed at every point of a job's life, and no job
# may be lost or doubled.  Takes long.
set -euo pipefail

export SCAILFIN_FAULT_SEEDS=${SCAILFIN_FAULT_SEEDS:-200}
export SCAILFIN_TEST_FILTER=${SCAILFIN_TEST_FILTER:-*KillTests}
exec "$(dirname "${BASH_SOURCE[0]}")/run.sh"
