#!/bin/bash
# quickstart.sh [--keep] [--demo NAME] - build Scailfin, start it, run a demonstration
# analysis on this machine and say where the plots are.
#
# NAME is a folder of deploy/demo: bsm-search, a search for a new particle (this one
# if none is named), or likelihood-free, inference with a classifier.
#
# Needs Debian 12 and the .NET SDK of global.json.  Root gets the other packages
# installed; anyone else is told which.  A service that already runs on the data
# directory is used and left running; everything started here is stopped at the
# end and on interruption.  --keep leaves the service running.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
data=${SCAILFIN_DATA:-${XDG_DATA_HOME:-$HOME/.local/share}/scailfin}
data=$(realpath -m -- "$data")
export SCAILFIN_DATA=$data
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

out=artifacts/quickstart
program=$PWD/$out/scailfin
image=$data/images/scailfin/bsm-search:1 # of both demonstrations
results=$data/quickstart-results
log=$data/quickstart.log

say() { echo "quickstart: $*"; }
fail() {
  echo "quickstart: $*" >&2
  exit 1
}

usage='usage: deploy/quickstart.sh [--keep] [--demo NAME]'
keep='' demo=bsm-search
while [ $# -gt 0 ]; do
  case $1 in
  --keep) keep=yes ;;
  --demo)
    [ $# -ge 2 ] || fail "$usage"
    demo=$2
    shift
    ;;
  -h | --help)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "deploy/quickstart.sh"
    exit 0
    ;;
  *) fail "$usage" ;;
  esac
  shift
done
case $demo in
bsm-search | likelihood-free) workflow=deploy/demo/$demo/reana.yaml ;;
*) fail "--demo '$demo': there are bsm-search and likelihood-free" ;;
esac

# Everything in the background gets a session of its own: a signal from the
# terminal reaches this script alone, which then stops the others in order.
build_pid='' image_pid='' service_pid='' run_pid=''

# stop PID SECONDS: TERM, wait, and after SECONDS kill what is left of its session.
stop() {
  kill -TERM "$1" 2>/dev/null || true
  for ((i = 0; i < $2 * 10; i++)); do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL -- "-$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# The service goes on running when it is told to stop its jobs, hence two steps.
stop_service() {
  timeout 100 "$program" shutdown || echo "quickstart: 'scailfin shutdown' did not succeed; stopping the service all the same" >&2
  stop "$service_pid" 30
  service_pid=''
}

cleanup() {
  local code=$?
  set +e
  trap '' EXIT
  trap : INT TERM HUP # caught, not ignored: an ignored signal would stay ignored in the programs started below
  [ -z "$run_pid" ] || stop "$run_pid" 30
  [ -z "$service_pid" ] || stop_service
  if [ -n "$build_pid" ]; then
    kill -TERM -- "-$build_pid" 2>/dev/null
    stop "$build_pid" 10
  fi
  [ -z "$image_pid" ] || stop "$image_pid" 30
  rm -rf -- "$out.partial"
  exit "$code"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# answers: does the service of this data directory answer?  (No curl needed.)
answers() {
  local url host port status=''
  [ -r "$data/service.url" ] || return 1
  read -r url <"$data/service.url" || [ -n "$url" ] || return 1
  [[ $url =~ ^http://(\[[0-9a-fA-F:]+\]|[^:/]+):([0-9]+)/?$ ]] || return 1
  host=${BASH_REMATCH[1]} port=${BASH_REMATCH[2]}
  { status=$(
    host=${host#[} host=${host%]}
    exec 3<>"/dev/tcp/$host/$port" || exit 1
    printf 'GET /healthz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$host:$port" >&3
    IFS= read -r -t 5 line <&3 && echo "$line"
  ); } 2>/dev/null || return 1
  [[ $status == HTTP/1.?\ 200* ]]
}

# ---- 1. what the machine must have

install_missing() {
  local wanted=(bubblewrap:bwrap charliecloud-runtime:ch-run tini:tini) missing=() pair started=$SECONDS
  if [ ! -d "$image" ]; then
    wanted+=(mmdebstrap:mmdebstrap)
    [ "$(id -u)" -eq 0 ] || wanted+=(uidmap:newuidmap)
  fi
  for pair in "${wanted[@]}"; do
    command -v "${pair#*:}" >/dev/null || missing+=("${pair%%:*}")
  done
  if [ "$(id -u)" -ne 0 ]; then
    [ ${#missing[@]} -eq 0 ] || fail "missing packages; run: sudo apt-get install --no-install-recommends ${missing[*]}"
  else
    # Making the image needs apt's package lists too.
    if [ ! -d "$image" ] || [ ${#missing[@]} -gt 0 ]; then
      if [ -z "$(apt-get indextargets 'Created-By: Packages' 'Origin: Debian' 2>/dev/null)" ]; then
        say "reading apt's package lists"
        apt-get -qq update
      fi
    fi
    if [ ${#missing[@]} -gt 0 ]; then
      say "installing ${missing[*]}"
      local install=(env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends)
      "${install[@]}" "${missing[@]}" >/dev/null || { apt-get -qq update && "${install[@]}" "${missing[@]}" >/dev/null; }
    fi
  fi
  dotnet --version >/dev/null 2>&1 ||
    fail "the .NET SDK that global.json names is not there (https://dotnet.microsoft.com/download)"
  say "packages are there ($((SECONDS - started)) s)"
}

# ---- 2. the program and the image, at the same time

up_to_date() {
  [ -x "$program" ] && [ -z "$(find src Directory.*.props -type f -newer "$program" \
    -not -path '*/bin/*' -not -path '*/obj/*' -not -path '*/artifacts/*' -not -name packages.lock.json -print -quit)" ]
}

finished_build() {
  local code=0
  wait "$build_pid" || code=$?
  build_pid=''
  if [ "$code" -ne 0 ]; then
    tail -n 30 "$data/quickstart-build.log" >&2
    fail "the build failed (its last lines are above, the rest in $data/quickstart-build.log)"
  fi
  # Dated to the build's beginning, so that a file changed meanwhile is built the next time.
  touch -d "@$build_began" "$out.partial/scailfin"
  rm -rf -- "$out"
  mv --no-target-directory -- "$out.partial" "$out"
  say "built $out/scailfin ($((SECONDS - began)) s)"
}

finished_image() {
  local code=0
  wait "$image_pid" || code=$?
  image_pid=''
  [ "$code" -eq 0 ] || fail "the demonstration's image could not be made (the reason is above)"
  say "the image is there ($((SECONDS - began)) s)"
}

make_both() {
  local began=$SECONDS build_began next=15
  build_began=$(date +%s.%N)
  if up_to_date; then
    say "$out/scailfin is up to date"
  else
    say "building the program (log: $data/quickstart-build.log)"
    rm -rf -- "$out.partial"
    setsid dotnet publish src/Scailfin.Cli -c Release -o "$out.partial" -p:UseAppHost=true \
      --disable-build-servers >"$data/quickstart-build.log" 2>&1 &
    build_pid=$!
  fi
  say "making the demonstration's image"
  setsid deploy/demo/bsm-search/make-image.sh "$image" &
  image_pid=$!
  while [ -n "$build_pid$image_pid" ]; do
    if [ -n "$build_pid" ] && ! kill -0 "$build_pid" 2>/dev/null; then finished_build; fi
    if [ -n "$image_pid" ] && ! kill -0 "$image_pid" 2>/dev/null; then finished_image; fi
    if [ $((SECONDS - began)) -ge "$next" ] && [ -n "$build_pid$image_pid" ]; then
      say "  ... $((SECONDS - began)) s:${build_pid:+ building}${image_pid:+ making the image}"
      next=$((next + 15))
    fi
    [ -z "$build_pid$image_pid" ] || sleep 0.3
  done
}

# ---- 3. the service

start_service() {
  local started=$SECONDS
  if answers; then
    say "using the service that already runs at $(<"$data/service.url")"
    return
  fi
  say "starting the service (log: $log)"
  SCAILFIN_LISTEN=http://127.0.0.1:0 setsid "$program" serve >"$log" 2>&1 &
  service_pid=$!
  until answers; do
    if ! kill -0 "$service_pid" 2>/dev/null; then
      service_pid=''
      tail -n 20 "$log" >&2
      fail "the service ended at once (its last lines are above)"
    fi
    if [ $((SECONDS - started)) -ge 60 ]; then
      tail -n 20 "$log" >&2
      fail "the service does not answer after 60 s (its last lines are above)"
    fi
    sleep 0.1
  done
  say "the service answers at $(<"$data/service.url") ($((SECONDS - started)) s)"
}

# ---- 4. the analysis

run_demo() {
  local started=$SECONDS code=0
  if [ -e "$results" ]; then # of the run before; one is kept
    rm -rf -- "$results.previous"
    mv --no-target-directory -- "$results" "$results.previous"
  fi
  say "running the analysis, $workflow"
  setsid "$program" run "$workflow" --output "$results" &
  run_pid=$!
  wait "$run_pid" || code=$?
  run_pid=''
  [ "$code" -eq 0 ] || fail "the analysis failed (exit code $code; the service's log: $log)"
  say "the analysis is done ($((SECONDS - started)) s)"
}

# number KEY FILE: the value of a top-level number of a JSON file.
number() { sed -n "s/.*\"$1\": *\\(-\\{0,1\\}[0-9][-+.0-9eE]*\\).*/\\1/p" "$2" | head -n 1; }

show_results() {
  local file=fit.json name=mu fit hat error
  [ "$demo" = bsm-search ] || { file=estimate.json name=theta; }
  fit=$(find "$results" -name "$file" -print -quit)
  [ -n "$fit" ] || fail "the analysis left no $file in $results"
  hat=$(number ${name}_hat "$fit") error=$(number ${name}_error "$fit")
  if [ -z "$hat" ] || [ -z "$error" ]; then fail "$fit holds no ${name}_hat and ${name}_error"; fi
  echo
  echo "The fit:   ${name}_hat = $(awk -v m="$hat" -v e="$error" 'BEGIN { printf "%.2f +- %.2f", m, e }')   (put into the data: $(number ${name}_true "$fit"))"
  echo "The plots:"
  find "$results" \( -name '*.png' -o -name '*.pdf' \) -print | sort | sed 's/^/  /'
  echo
}

began_all=$SECONDS
mkdir -p "$(dirname "$data")"
[ -d "$data" ] || mkdir -m 700 "$data"
mkdir -p "$(dirname "$image")"
install_missing
make_both
start_service
run_demo
show_results

if [ -z "$service_pid" ]; then
  say "the service was running before and still is"
elif [ -n "$keep" ]; then
  say "the service goes on running (process $service_pid, log $log). To use it:"
  echo "  export SCAILFIN_DATA=$(printf %q "$data")"
  echo "  $(printf %q "$program") jobs list"
  echo "  $(printf %q "$program") run reana.yaml"
  echo "to end it:"
  echo "  $(printf %q "$program") shutdown; kill $service_pid"
  service_pid=''
else
  started=$SECONDS
  say "stopping the service"
  stop_service
  say "stopped ($((SECONDS - started)) s)"
fi
say "done in $((SECONDS - began_all)) s"
