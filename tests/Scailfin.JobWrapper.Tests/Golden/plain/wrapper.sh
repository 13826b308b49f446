#!/usr/bin/env bash
# Scailfin job wrapper, version 0.1.0. Job 5f0c7a52-6b1e-4a51-9f57-3c1d8a9b0e21.2 (job id, full stop, attempt).
#
# What it is: it runs one step of a REANA workflow on this node, in a container. It was generated for this one attempt and needs nothing
#   but this file: it claims the attempt, finds a container runtime, brings the workspace and the image in, runs the step, brings out what
#   the step made, and leaves a receipt. The workspace is used in place.
# By hand: bash THIS_FILE. The claim keeps a second copy from running; to run it again, remove the directory "claim" first.
# Where to look: "output" is what the step printed, "wrapper.log" what this script has to complain about, "receipt.json" how it ended.
# Secrets: the step's environment and command are at the end of this file, as base64. They never stand on a command line.
# shellcheck shell=bash disable=SC2034,SC2154,SC2317,SC2015 # traps and tables call functions out of sight

# Whatever this node or its user has put into the shell stays out: functions, a changed IFS, options for our tools.
# While POSIXLY_CORRECT is set, "unset" is certainly the shell's own.
POSIXLY_CORRECT=1
unset -f unset set trap exec eval export exit return builtin command declare read local printf cd kill wait test umask shift
unset POSIXLY_CORRECT BASH_ENV ENV IFS CDPATH GLOBIGNORE TAR_OPTIONS GREP_OPTIONS GREP_COLOR POSIX_ME_HARDER TIMEFORMAT
while read -r _ _ name; do unset -f "$name"; done <<END
$(declare -F)
END
set -u -m
set +e +f +x +v
umask 077
site_path='' rest=${PATH-}:
while [ -n "$rest" ]; do # an entry that is empty or relative means the working directory, which is a user's
  case ${rest%%:*} in /*) site_path=$site_path${site_path:+:}${rest%%:*} ;; esac
  rest=${rest#*:}
done
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin${site_path:+:$site_path}
site_path=${site_path:-$PATH}
site_language=${LC_ALL:-${LANG:-C.UTF-8}}
export LC_ALL=C PATH

# --- the job
job_id='5f0c7a52-6b1e-4a51-9f57-3c1d8a9b0e21'
attempt=2
workspace='/var/scailfin/workspace'
image='docker.io/library/busybox:1.36'
timeout_s=91
tasks=1
nodes=0
cpus=0
gpus=0

# --- the site
directory='/var/lib/scailfin/attempt'
staging=shared
echoes_output=''
runtimes='apptainer singularity bubblewrap charliecloud podman'
launcher=none
launcher_options=()
module_init=('/etc/profile.d/modules.sh' '/etc/profile.d/lmod.sh' '/etc/profile.d/z00_lmod.sh' '/usr/share/lmod/lmod/init/bash' '/usr/share/modules/init/bash' '/opt/modules/default/init/bash')
# shellcheck disable=SC2016 # names of this node's variables
scratch_places=('$_CONDOR_SCRATCH_DIR' '$SLURM_TMPDIR' '$TMPDIR' '/tmp')
# shellcheck disable=SC2016 # the same
image_cache_places=()
image_directories=('/images')
binds=()
site_mounts=()
container_workspace_root=''
site_umask=022
grace_s=10           # the scheduler's, or the service's, between its TERM and its KILL
step_grace_s=10 # the step's part of it; the rest is for bringing out what it made
log_head=8388608
log_tail=1048576
pull_tries=3
pull_timeout_s=1800
stage_timeout_s=3600
listed_outputs=1000
hashed_bytes=268435456
wrapper_version=0.1.0
module_words_apptainer=('apptainer')
module_words_singularity=('singularity')
module_words_bubblewrap=('bubblewrap')
module_words_charliecloud=('charliecloud')
module_words_podman=('podman')
identity=$job_id.$attempt
script=$0
case $script in /*) ;; *) script=$PWD/$script ;; esac
work=/nowhere
start_directory=$PWD

# --- words: small things that all phases use

now_ms() { # milliseconds since 1970; where date has no %N, in whole seconds
  local now
  now=$(date +%s%3N)
  case $now in *[!0-9]*) now=$(date +%s)000 ;; esac
  printf %s "$now"
}

json() { # TEXT: as the inside of a JSON string
  local text=$1
  case $text in *[\\\"[:cntrl:]]*) ;; *) printf %s "$text" && return ;; esac
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  printf %s "${text//[[:cntrl:]]/ }"
}

# Named places of the profile: $NAME at the beginning is a variable of this node. Nothing else is expanded.
place() { # PLACE: prints the path; fails where the variable is not set
  local name rest=''
  case $1 in
    '$'*)
      name=${1#?}
      case $name in */*) rest=/${name#*/} name=${name%%/*} ;; esac
      case ${!name-} in /*) printf %s "${!name}$rest" ;; *) return 1 ;; esac
      ;;
    *) printf %s "$1" ;;
  esac
}

warnings=''
warn() { # TEXT: for the receipt and the operator
  printf '[scailfin] %s\n' "$1" >&2
  [ ${#warnings} -gt 100000 ] || warnings="$warnings${warnings:+,}\"$(json "$1")\""
}

phase='' phase_began=0 phases='' clock=''
begin() { # PHASE: ends the one before. Asked once for the time, it then counts hundredths of a second, which costs no process.
  local up='' now
  read -r up _ </proc/uptime && up=${up%.*}${up#*.}0
  case $up in '' | *[!0-9]*) up=0 now=$(now_ms) ;; esac
  [ -n "$clock" ] || clock=$(($(now_ms) - up))
  [ "$up" = 0 ] || now=$((clock + up))
  [ -z "$phase" ] || phases="$phases${phases:+,}{\"name\":\"$phase\",\"started_at\":$phase_began,\"duration_ms\":$((now - phase_began))}"
  phase=$1 phase_began=$now
}

here() { # PROGRAM: whether it is on our PATH
  command -v "$1" >/dev/null 2>&1
}

sizes() { # FILE...: bytes of all of them
  wc -c "$@" 2>/dev/null | awk 'END { print NR ? $1 : 0 }'
}

# --- stopping: whatever runs can be ended, in time, with all its children

cause='' helper='' step='' reaper='' interrupted=''
insisting=''

# A stop, a warning of the scheduler, or our own time limit. The step gets TERM, and KILL when its part of the grace time is over.
on_signal() { # SIGNAL
  interrupted=1
  if [ -z "$cause" ]; then
    cause=stopped
    [ ! -e "$work/timeout" ] || cause=timeout
    printf '[scailfin] Signal %s in phase %s: the job ends (%s).\n' "$1" "$phase" "$cause" >&2
  fi
  [ -z "$helper" ] || kill -TERM -- "-$helper" 2>/dev/null
  if [ -n "$step" ] && [ -z "$reaper" ]; then
    terminate_step
    (sleep "$step_grace_s" && { launcher_signal KILL; kill -KILL -- "-$step"; }) >/dev/null 2>&1 &
    reaper=$!
  fi
}
for signal in TERM INT HUP USR1 USR2 XCPU; do
  # shellcheck disable=SC2064 # the name is meant now
  trap "on_signal $signal" "$signal"
done
# Once the step is over, what it made is brought out, whoever wants us to end. Our helpers hear nothing either: some schedulers signal every process.
insist_on_the_rest() {
  insisting=yes
  trap '' TERM INT HUP USR1 USR2 XCPU
}
# Somebody who does not read our output is no reason to die.
trap '' PIPE

descendants() { # PID
  local child
  # shellcheck disable=SC2013 # words are wanted
  for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
    descendants "$child"
    printf '%s ' "$child"
  done
}

# A runtime that gets TERM itself kills what is inside, or ends before the step and hides its exit code: TERM is for the step alone. Where
# nothing is inside yet, it is for all.
terminate_inside() { # NAME...: the runtime's own processes
  local pid name told=''
  for pid in $(descendants "$step"); do
    read -r name <"/proc/$pid/comm" || continue
    case " $* " in *" $name "*) continue ;; esac
    kill -TERM "$pid" && told=yes
  done
  [ -n "$told" ] || kill -TERM -- "-$step"
}

terminate_step() {
  if launcher_signal TERM; then return; fi
  case $runtime in
    bubblewrap) terminate_inside bwrap ;;
    apptainer | singularity) terminate_inside apptainer singularity starter starter-suid appinit sinit squashfuse squashfuse_ll fuse2fs fuse-overlayfs ;;
    podman*) terminate_podman ;;
    *) kill -TERM -- "-$step" ;;
  esac 2>/dev/null
}

# A pool may suspend a job. With job control a wait ends then (128 and the number of STOP, TSTP, TTIN or TTOU), but the process does not.
wait_for() { # PID: its exit code, or that of an interrupted wait
  local code
  while :; do
    wait "$1" 2>/dev/null
    code=$?
    if [ "$code" -lt 147 ] || [ "$code" -gt 150 ] || ! kill -0 "$1" 2>/dev/null; then return "$code"; fi
    sleep 1
  done
}

end_group() { # PID: no process of its group stays; its zombie is taken home
  kill -KILL -- "-$1" 2>/dev/null
  wait "$1" 2>/dev/null
}

# Runs a helper in a process group of its own (so never inside a substitution or a pipe, where there are none). Its exit code; 124 if it took longer than allowed, 143 if the job is to end.
attend() { # SECONDS COMMAND...
  local code timer limit=$1
  shift
  if [ -n "$cause" ] && [ -z "$insisting" ]; then return 143; fi
  [ ! -e "$work/late" ] || rm -f "$work/late"
  "$@" &
  helper=$!
  (sleep "$limit" && : >"$work/late" && kill -TERM -- "-$helper" && sleep 2 && kill -KILL -- "-$helper") 2>/dev/null &
  timer=$!
  if [ -n "$cause" ] && [ -z "$insisting" ]; then kill -TERM -- "-$helper" 2>/dev/null; fi
  while :; do
    interrupted=''
    wait_for "$helper"
    code=$?
    [ -n "$interrupted" ] || break
    kill -0 "$helper" 2>/dev/null || { wait "$helper" 2>/dev/null; code=$?; break; }
    # It was asked to end by the trap; it may take two seconds for that.
    (sleep 2 && kill -KILL -- "-$helper") 2>/dev/null &
  done
  end_group "$timer"
  kill -KILL -- "-$helper" 2>/dev/null
  helper=''
  if [ -n "$cause" ] && [ -z "$insisting" ] && [ "$code" -ne 0 ]; then return 143; fi
  if [ -e "$work/late" ]; then return 124; fi
  return "$code"
}

# --- the receipt, and every way to end

message='' failed_phase='' exit_code=0 step_code=null step_signal=null
runtime='' runtime_path='' runtime_version='' source='' digest=''
launched='' step_started=null may_have_run=false
cpu_ms=null peak_memory=null peak_source='' bytes_in=null bytes_out=null
log_cut=false outputs='' output_count=0

text_or_null() { if [ -n "$1" ]; then printf '"%s"' "$(json "$1")"; else printf null; fi; }

receipt_text() {
  local kernel
  kernel=$(uname -sr 2>/dev/null)
  printf '{"version":1,"wrapper_version":"%s","job_id":"%s","attempt":%s,' "$wrapper_version" "$job_id" "$attempt" &&
    printf '"exit_code":%s,"failed_phase":%s,"cause":"%s","message":"%s",' "$exit_code" "$(text_or_null "$failed_phase")" "$cause" "$(json "$message")" &&
    printf '"step_exit_code":%s,"signal":%s,"step_may_have_run":%s,' "$step_code" "$step_signal" "$may_have_run" &&
    printf '"runtime":"%s","runtime_version":"%s","runtime_path":"%s",' "$runtime" "$(json "$runtime_version")" "$(json "$runtime_path")" &&
    printf '"launcher":"%s","image":"%s","image_digest":%s,' "$launcher" "$(json "${source:-$image}")" "$(text_or_null "$digest")" &&
    printf '"host":"%s","kernel":"%s",' "$(json "${HOSTNAME:-}")" "$(json "$kernel")" &&
    printf '"started_at":%s,"step_started_at":%s,"ended_at":%s,"phases":[%s],' "$started" "$step_started" "$(now_ms)" "$phases" &&
    printf '"cpu_ms":%s,"peak_memory_bytes":%s,"peak_memory_source":"%s",' "$cpu_ms" "$peak_memory" "$peak_source" &&
    printf '"bytes_in":%s,"bytes_out":%s,"log_cut":%s,' "$bytes_in" "$bytes_out" "$log_cut" &&
    printf '"outputs":[%s],"output_count":%s,"warnings":[%s]}\n' "$outputs" "$output_count" "$warnings"
}

# Whole or not at all, and on the disk before anybody can see it. Where there is no room for its lists, it goes without them.
write_receipt() { # FILE
  receipt_text >"$1.tmp" || { outputs='' warnings='' && receipt_text >"$1.tmp"; } || return
  sync "$1.tmp" 2>/dev/null || sync
  mv -f "$1.tmp" "$1"
}

fail() { # EXIT_CODE MESSAGE: ends the job in the phase that it is in
  failed_phase=$phase exit_code=$1 message=$2
  if [ -n "$cause" ]; then
    exit_code=143
    case $cause in
      timeout) message="The time limit of $timeout_s s was over in phase $phase." ;;
      *) message="The job was stopped in phase $phase." ;;
    esac
  fi
  say "[Error] $message"
  finish
}

next() { # PHASE: begins it; a stop that no command of the phase before noticed ends the job in that one
  [ -z "$cause" ] || fail 143 ''
  begin "$1"
}

say() { # LINE: to the job's main stream
  printf '%s\n' "$1" >>"$output"
  if [ -n "$echoes_output" ]; then printf '%s\n' "$1" >&9; fi
}

finish() {
  local last
  insist_on_the_rest
  [ -z "$timer" ] || end_group "$timer"
  begin ''
  last=$work
  clean_runtime
  rm -f "$dir/claim/reserve"
  deliver || { [ "$exit_code" -ne 0 ] || exit_code=216; }
  cd / && { rm -rf "$last" || { chmod -R u+rwx "$last" && rm -rf "$last"; }; } 2>/dev/null
  exit "$exit_code"
}
clean_runtime() { :; }
timer=''

# --- a directory of our own, for pipes and for files that only we may see

make_work() {
  local place
  if [ "$staging" = shared ]; then
    # Beside the claim: the nodes of an allocation see it, and whoever clears the attempt away clears it away too.
    work=$dir/work
    mkdir "$work" 2>/dev/null || work=''
    return
  fi
  for place in "${scratch_places[@]}" /tmp; do
    place=$(place "$place") && [ -d "$place" ] && [ -w "$place" ] || continue
    work=$(mktemp -d "$place/scailfin-$identity.XXXXXX" 2>/dev/null) && return
  done
  work=''
}

make_cache() { # where images are kept for the jobs of this user on this node; sets cache
  local place
  for place in ${image_cache_places[@]+"${image_cache_places[@]}"} "${scratch_places[@]}" /tmp; do
    place=$(place "$place") && [ -d "$place" ] && [ -w "$place" ] || continue
    # HTCondor's own scratch directory is gone with the job: no place to keep anything.
    case $place in "${_CONDOR_SCRATCH_DIR:-/nowhere}"*) continue ;; esac
    cache=$place/scailfin-images-$(id -u)
    # Not somebody else's: what stands in there will be run.
    if { mkdir -m 700 "$cache" 2>/dev/null || [ -d "$cache" ]; } && [ -O "$cache" ] && [ ! -L "$cache" ]; then return; fi
  done
  cache=$work/images
  mkdir "$cache"
}

# --- claim: whoever makes this directory runs the step; a second copy changes nothing

dir=$directory
[ -n "$dir" ] || dir=${_CONDOR_SCRATCH_DIR:-$PWD}
exec </dev/null 9>&1 >/dev/null
if [ -e "$dir/claim" ]; then exit 213; fi
mkdir "$dir/claim" 2>/dev/null || {
  if [ -e "$dir/claim" ]; then exit 213; fi
  printf 'scailfin: the directory %s of job %s cannot be written\n' "$dir" "$identity" >&2
  exit 217
}
begin claim
started=$phase_began
output=$dir/output
stat=$(<"/proc/$$/stat")
# shellcheck disable=SC2086 # the fields of /proc/PID/stat behind the name; the 20th is the start time
set -- ${stat##*) }
# Whoever looks for us must find out who we are; if that cannot be written (full disk), the attempt ends here, with the claim. Room for the
# receipt is taken now, because the step may fill the disk.
{
  printf '%s %s\n' "$$" "${20}" >"$dir/claim/owner.tmp" && mv "$dir/claim/owner.tmp" "$dir/claim/owner" &&
    head -c 65536 /dev/zero >"$dir/claim/reserve"
} || {
  rm -f "$dir/claim/reserve"
  printf 'scailfin: the directory %s of job %s has no room\n' "$dir" "$identity" >&2
  exit 217
}
set --
exec 2>>"$dir/wrapper.log"
mark_launched() { printf '%s\n' "$1" >"$dir/claim/started"; }
make_work

# --- staging: the workspace itself is used, in place

host_workspace=$workspace

stage_in() {
  cd "$workspace" || fail 214 "The workspace '$workspace' cannot be entered on ${HOSTNAME:-this node}."
  [ -w . ] || fail 214 "The workspace '$workspace' cannot be written on ${HOSTNAME:-this node}."
}

# Nothing travels. What the step made is listed if that can be found out soon; other steps may work in the same place.
stage_out() {
  : >"$work/changed"
  [ -e "$work/stamp" ] && cd "$workspace" || return 0
  attend 20 files_since >"$work/changed" || warn "The step's outputs were not listed: looking for them took too long, or failed."
  list_outputs
}

files_since() {
  find . -path ./.scailfin -prune -o -type f -newer "$work/stamp" -printf 'f %s/ %p\0' | tr '\n\0' '\1\n' | sort
}

deliver() { write_receipt "$dir/receipt.json"; }

# --- the receipt's list of outputs, from $work/changed (lines of kind, size and more, path), bounded in number, text and bytes that are read

list_outputs() {
  local line size rest path hash
  [ -s "$work/changed" ] || return 0
  output_count=$(grep -c '^f ' "$work/changed")
  awk -v most="$listed_outputs" -v budget="$hashed_bytes" '
    $1 == "f" {
      if (++count > most) exit
      split($2, facts, "/")
      sub(/^f [^ ]* /, "")
      used += facts[1]
      print facts[1], (used <= budget ? "yes" : "no"), $0
    }' "$work/changed" >"$work/listed"
  attend 120 hash_outputs >"$work/hashes" || : >"$work/hashes"
  [ "$(grep -c '^[0-9]* yes ' "$work/listed")" = "$(grep -c . "$work/hashes")" ] || : >"$work/hashes"
  while IFS= read -r line; do
    size=${line%% *} rest=${line#* } hash=''
    case $rest in yes*) read -r hash <&3 ;; esac
    path=${rest#* }
    outputs="$outputs${outputs:+,}{\"path\":\"$(json "${path#./}")\",\"size\":$size,\"sha256\":$(text_or_null "$hash")}"
    [ ${#outputs} -le 1000000 ] || break
  done <"$work/listed" 3<"$work/hashes"
}

hash_outputs() {
  local tool=(sha256sum)
  here sha256sum || tool=(shasum -a 256)
  here "${tool[0]}" || return 0
  # A name with a backslash or a newline makes the tool put a backslash in front of the line.
  sed -n 's/^[0-9]* yes //p' "$work/listed" | tr '\1\n' '\n\0' | xargs -0 "${tool[@]}" | sed 's/^\\//; s/ .*//'
}

# --- locate: the first runtime of the site's order that is here and can run this kind of image; on PATH, then through modules

root='' # the image, unpacked
sif=''  # the image, as a file
name='' # the image, as a registry knows it

find_image() {
  local place spelled
  case $image in
    docker://*) name=${image#docker://} ;;
    /*) place_image "$image" ; return ;;
    *) name=$image ;;
  esac
  [ -n "$name" ] || return 0
  for place in ${image_directories[@]+"${image_directories[@]}"}; do
    # Collections of unpacked images spell the registry out, and the tag.
    for spelled in "$name" "$name:latest" "${name#docker.io/}" "docker.io/$name" "registry.hub.docker.com/${name#docker.io/}" \
      "registry.hub.docker.com/library/${name#docker.io/}" "$name.sif"; do
      place_image "$place/$spelled" && return
    done
  done
  case $name in *[!a-zA-Z0-9._/:@+-]*) name='' ;; esac # no registry has such a name
}

place_image() { # PATH
  if [ -d "$1" ]; then root=$1; elif [ -f "$1" ]; then sif=$1; else return 1; fi
}

program_of() { # RUNTIME
  case $1 in
    bubblewrap) printf bwrap ;;
    charliecloud) printf ch-run ;;
    *) printf %s "$1" ;;
  esac
}

kind_of() { # RUNTIME: the one whose functions it uses
  case $1 in
    singularity) printf apptainer ;;
    podman-hpc) printf podman ;;
    *) printf %s "$1" ;;
  esac
}

on_site_path() { # PROGRAM: prints where it is
  local place rest=$site_path:
  while [ -n "$rest" ]; do
    place=${rest%%:*}/$1 rest=${rest#*:}
    if [ -f "$place" ] && [ -x "$place" ]; then printf %s "$place" && return; fi
  done
  return 1
}

# Runs a program of the site with the PATH that the site gave us, and with what modules brought in. Only in a process of its own.
at_site() { # COMMAND...
  # shellcheck disable=SC1091 # written by load_module
  [ ! -f "$work/module.env" ] || . "$work/module.env"
  PATH=$site_path
  exec "$@"
}

# In a process of its own, because a site's start-up files may do anything to a shell; only what they export comes back.
load_module() { # MODULE...
  local file
  PATH=$site_path
  set +u +m
  if ! declare -F module; then
    for file in ${module_init[@]+"${module_init[@]}"}; do
      # shellcheck disable=SC1090 # the site's own file
      [ -r "$file" ] && . "$file" </dev/null
      declare -F module && break
    done
  fi >/dev/null
  declare -F module >/dev/null || return
  for file in "$@"; do
    module load "$file" >&2 || return
  done
  export -p >"$work/module.env.tmp" && printf %s "$PATH" >"$work/module.path"
}

find_by_module() { # RUNTIME
  local words
  words=module_words_${1//-/_}'[@]'
  rm -f "$work/module.env" "$work/module.path"
  attend 60 load_module "${!words}" || return
  (
    site_path=$(cat "$work/module.path") && on_site_path "$(program_of "$1")"
  ) >"$work/found" || return
  mv "$work/module.env.tmp" "$work/module.env"
  site_path=$(cat "$work/module.path")
  runtime_path=$(cat "$work/found")
}

locate() {
  local candidate
  find_image
  for candidate in $runtimes; do
    "$(kind_of "$candidate")_can_run" || continue
    if [ "$candidate" = none ] || runtime_path=$(on_site_path "$(program_of "$candidate")"); then runtime=$candidate && break; fi
  done
  if [ -z "$runtime" ] && [ ${#module_init[@]} -gt 0 ]; then
    for candidate in $runtimes; do
      [ "$candidate" != none ] && "$(kind_of "$candidate")_can_run" && find_by_module "$candidate" && runtime=$candidate && break
    done
  fi
  [ -n "$runtime" ] || fail 127 "No container runtime here can run the image '$image'. Looked for: $runtimes; on PATH and through modules; unpacked images are looked up in '${image_directories[*]+${image_directories[*]}}'."
  case $launcher in
    none) ;;
    *) launcher_path=$(on_site_path "$launcher") || fail 127 "The launcher '$launcher' is not on PATH." ;;
  esac
  if [ "$runtime" != none ] && attend 20 at_site "$runtime_path" --version >"$work/version" 2>&1; then
    read -r runtime_version <"$work/version"
    runtime_version=${runtime_version:0:100}
  fi
  printf '[scailfin] Runtime %s, %s, version %s.\n' "$runtime" "${runtime_path:-no program}" "${runtime_version:-unknown}" >&2
}

# --- image: fetched once for each node and image; who comes second waits, who finds a dead one's lock takes it over

cache=''

# The kernel takes a lock back when its holder dies. Where there are no locks (no flock, an odd file system), each job fetches for itself:
# everything is made under a name of its own first, so that this costs time and nothing else.
with_lock() { # FILE COMMAND...
  local file=$1
  shift
  (
    if here flock; then
      flock -n 8 || {
        printf '[scailfin] Another job has the lock %s; waiting for it.\n' "$file" >>"$dir/wrapper.log"
        flock -w "$pull_timeout_s" 8 || printf '[scailfin] No lock on %s; going on without.\n' "$file" >>"$dir/wrapper.log"
      }
    fi
    "$@" 8>&-
  ) 8>"$file"
}

hopeless() { # FILE: whether these last words say that trying again is of no use
  grep -q -i -E 'manifest unknown|name unknown|no such image|not found|does not exist|unauthorized|authentication required|access.*denied|requested access|invalid reference|unsupported|no space left|disk quota' "$1"
}

pull() { # COMMAND...: with the tries and the time that the site allows
  local try=0 code=1
  printf '[scailfin] Fetching the image %s.\n' "$name" >&2
  while [ "$try" -lt "$pull_tries" ]; do
    try=$((try + 1))
    attend "$pull_timeout_s" "$@" >"$work/pull.log" 2>&1
    code=$?
    cat "$work/pull.log" >&2
    [ "$code" -ne 0 ] || return 0
    if [ -n "$cause" ] || hopeless "$work/pull.log"; then break; fi
    [ "$try" = "$pull_tries" ] || attend 60 sleep $((1 << try))
  done
  [ "$code" -ne 124 ] || fail 212 "The image '$image' did not arrive within $pull_timeout_s s, in $try tries at most."
  fail 212 "The image '$image' cannot be fetched: $(grep -v '^[[:space:]]*$' "$work/pull.log" | tail -n 1 | cut -c 1-500)"
}

prepare_image() {
  case $image in
    /*) [ -n "$root$sif" ] || [ "$runtime" = none ] || fail 212 "The image '$image' does not exist on ${HOSTNAME:-this node}." ;;
  esac
  "$(kind_of "$runtime")_prepare"
  if [ -z "$digest" ]; then
    case $name in *@sha256:*) digest=sha256:${name##*@sha256:} ;; esac
  fi
}

cached_name() { # NAME: as one file name, which no two images share
  local plain=${1//[!a-zA-Z0-9._-]/_}
  printf '%s-%s' "${plain:0:100}" "$(printf %s "$1" | cksum | tr ' ' -)"
}

# --- runtimes apptainer and singularity

apptainer_can_run() { [ -n "$root$sif$name" ]; }

apptainer_prepare() {
  source=${root:-$sif}
  [ -z "$source" ] || return 0
  make_cache
  source=$cache/$(cached_name "$name").sif
  [ -e "$source" ] || pull with_lock "$source.lock" apptainer_pull "$source"
}

apptainer_pull() { # FILE
  local code part=$1.$identity.sif # only a name that ends so is made as a file
  [ ! -e "$1" ] || return 0
  APPTAINER_CACHEDIR=$cache/layers APPTAINER_TMPDIR=$work
  SINGULARITY_CACHEDIR=$APPTAINER_CACHEDIR SINGULARITY_TMPDIR=$APPTAINER_TMPDIR
  export APPTAINER_CACHEDIR APPTAINER_TMPDIR SINGULARITY_CACHEDIR SINGULARITY_TMPDIR
  (at_site "$runtime_path" pull --force "$part" "docker://$name")
  code=$?
  if [ "$code" -eq 0 ]; then mv -f "$part" "$1"; else rm -f "$part"; fi
  return "$code"
}

apptainer_command() {
  local bind
  command=("$runtime_path" exec --cleanenv --containall --bind "$host_workspace:$container_workspace" --pwd "$container_workspace")
  for bind in ${present_binds[@]+"${present_binds[@]}"}; do command+=(--bind "$bind"); done
  command+=(${gpu_words[@]+"${gpu_words[@]}"} ${runtime_words[@]+"${runtime_words[@]}"} "$source")
}
usual_gpu_words_apptainer=(--nv) usual_gpu_words_singularity=(--nv)

# --- runtime bubblewrap

bubblewrap_can_run() { [ -n "$root" ]; }

bubblewrap_prepare() { source=$root; }

# Mounts every entry of the image but those on the way to the workspace, so that its path need not exist in the image.
bind_around() { # PREFIX REST: PREFIX is bound already as far as it is on the way, REST is the rest of the workspace's path
  local entry name head=${2%%/*}
  for entry in "$root$1"/* "$root$1"/.[!.]*; do
    name=${entry##*/}
    [ -e "$entry" ] || [ -L "$entry" ] || continue
    case $1/$name in /proc | /dev | /sys | /tmp) continue ;; esac
    if [ "$name" = "$head" ]; then
      [ "$head" = "$2" ] || [ -L "$entry" ] || bind_around "$1/$name" "${2#*/}"
    elif [ -L "$entry" ]; then
      command+=(--symlink "$(readlink "$entry")" "$1/$name")
    else
      command+=(--ro-bind "$entry" "$1/$name")
    fi
  done
}

bubblewrap_command() {
  local bind source_path device
  command=("$runtime_path" --unshare-all --share-net --die-with-parent --clearenv --setenv PATH "$container_path" --setenv HOME /tmp)
  command+=(--tmpfs / --proc /proc --dev /dev --tmpfs /tmp)
  bind_around '' "${container_workspace#/}"
  if [ -f "$root/etc/resolv.conf" ] && [ ! -L "$root/etc/resolv.conf" ] && [ -f /etc/resolv.conf ]; then
    command+=(--ro-bind /etc/resolv.conf /etc/resolv.conf)
  fi
  for bind in ${present_binds[@]+"${present_binds[@]}"}; do
    source_path=${bind%:ro}
    case $bind in
      *:ro) command+=(--ro-bind "${source_path%%:*}" "${source_path##*:}") ;;
      *) command+=(--bind "${source_path%%:*}" "${source_path##*:}") ;;
    esac
  done
  if [ "$gpus" != 0 ]; then
    for device in /dev/nvidia* /dev/dri /dev/kfd; do
      [ ! -e "$device" ] || command+=(--dev-bind "$device" "$device")
    done
  fi
  command+=(--bind "$host_workspace" "$container_workspace" --chdir "$container_workspace" ${gpu_words[@]+"${gpu_words[@]}"} ${runtime_words[@]+"${runtime_words[@]}"} --)
}

# --- runtime charliecloud

charliecloud_can_run() { [ -n "$root" ] || { [ -n "$name" ] && on_site_path ch-image >/dev/null; }; }

charliecloud_prepare() {
  source=$root
  [ -z "$root" ] || return 0
  make_cache
  source=$cache/$(cached_name "$name")
  [ -d "$source" ] || pull with_lock "$source.lock" charliecloud_pull "$source"
  root=$source
}

charliecloud_pull() { # DIRECTORY
  local part=$1.$identity
  [ ! -d "$1" ] || return 0
  (at_site ch-image -s "$cache/ch-image" pull "$name") && (at_site ch-convert -s "$cache/ch-image" -i ch-image -o dir "$name" "$part") &&
    mv "$part" "$1" 2>/dev/null || [ -d "$1" ] || { rm -rf "$part"; return 1; }
}

charliecloud_command() {
  local bind top rest
  # Its bind targets must exist: an empty skeleton of the workspace's path is bound first, the workspace inside it.
  rest=${container_workspace#/} && top=/${rest%%/*}
  mkdir -p "$work/skeleton${container_workspace#"$top"}"
  command=(unshare --pid --fork --kill-child=KILL --mount-proc)
  [ "$(id -u)" = 0 ] || command+=(--user --map-current-user)
  step_is_init=yes step_home=/tmp # its own choice is read-only
  command+=(env -i "USER=$user" HOME=/tmp "PATH=$container_path" "$runtime_path" --no-passwd --private-tmp)
  # Where the image does not have the first of its directories, it is made in memory.
  [ -d "$root$top" ] || command+=(--write-fake)
  command+=(-b "$work/skeleton:$top" -b "$host_workspace:$container_workspace")
  for bind in ${present_binds[@]+"${present_binds[@]}"}; do command+=(-b "${bind%:ro}"); done # all but the workspace's skeleton is read-only
  [ ! -f "$root/ch/environment" ] || command+=(--set-env)
  command+=(-c "$container_workspace" ${gpu_words[@]+"${gpu_words[@]}"} ${runtime_words[@]+"${runtime_words[@]}"} "$root" --)
}

# --- runtimes podman and podman-hpc

podman_can_run() { [ -n "$root$name" ]; }

podman_prepare() {
  source=${root:-$name}
  [ -z "$root" ] || return 0
  make_cache
  pull with_lock "$cache/$(cached_name "$name").lock" podman_pull
  attend 60 at_site "$runtime_path" image inspect --format '{{.Digest}}' "$name" >"$work/lookup" 2>&1 && digest=$(grep '^sha256:' "$work/lookup" | head -n 1)
}

podman_pull() { (at_site "$runtime_path" image exists "$name") || (at_site "$runtime_path" pull --quiet "$name"); }

podman_command() {
  local bind nproc top
  command=("$runtime_path")
  # crun refuses the hybrid layout of control groups.
  if [ "$runtime" = podman ] && [ -d /sys/fs/cgroup/unified ] && here runc; then command+=(--runtime runc); fi
  nproc=$(ulimit -u) && { [ "$nproc" != unlimited ] && [ "$nproc" -le 32768 ]; } || nproc=32768
  command+=(run --rm -i --name "scailfin-$identity" --network=host --ulimit "nofile=$(ulimit -Sn):$(ulimit -Sn)" --ulimit "nproc=$nproc:$nproc")
  step_is_init=yes
  command+=(-e HOME=/tmp -v "$host_workspace:$container_workspace" -w "$container_workspace")
  for bind in ${present_binds[@]+"${present_binds[@]}"}; do command+=(-v "$bind"); done
  top=${container_workspace#/} && top=/${top%%/*}
  command+=(${gpu_words[@]+"${gpu_words[@]}"} ${runtime_words[@]+"${runtime_words[@]}"} --entrypoint '')
  if [ -n "$root" ]; then
    [ "$top" = "$container_workspace" ] || command+=(--tmpfs "$top")
    command+=(--unsetenv-all -e "PATH=$container_path" --read-only --tmpfs /tmp --rootfs "$root")
  else
    command+=(--pull=never "$name")
  fi
}
usual_gpu_words_podman=(--device nvidia.com/gpu=all) usual_gpu_words_podman_hpc=(--gpu)

# Asked to end itself, podman would leave the step alone, and its exit code would say nothing.
terminate_podman() { (at_site "$runtime_path" kill --signal TERM "scailfin-$identity") >/dev/null || kill -TERM -- "-$step"; }

clean_runtime() {
  case $runtime in podman*) [ -z "$launched" ] || (at_site "$runtime_path" rm -f -t 0 "scailfin-$identity") >/dev/null 2>&1 ;; esac
}

# --- measuring: processor time, memory, and whether the kernel killed for lack of it

memory_group='' # directory of our control group, where it can be read
find_memory_group() {
  local line kind top point kinds
  while IFS= read -r line; do
    case $line in
      0::/*) kind='cgroup2 ' ;;
      *:memory:/* | *:memory,*:/*) kind='cgroup ' ;; # version 1
      *) continue ;;
    esac
    # In a container the file system may begin with the container's own group.
    while read -r _ _ _ top point kinds; do
      case "$kinds," in *" - $kind"*) ;; *) continue ;; esac
      case $kind$kinds, in 'cgroup2 '* | *,memory,*) ;; *) continue ;; esac
      point=$point/${line#*:*:/}
      [ "$top" = / ] || point=${point/"$top"/}
      if [ -r "$point/memory.events" ] || [ -r "$point/memory.oom_control" ]; then memory_group=${point%/} && return; fi
    done </proc/self/mountinfo
  done </proc/self/cgroup
}

oom_kills() { # how many processes of our control group the kernel has killed for lack of memory so far
  [ -n "$memory_group" ] || return 0
  cat "$memory_group/memory.events" "$memory_group/memory.oom_control" 2>/dev/null | sed -n 's/^oom_kill //p' | head -n 1
}

own_peak() { # in a group that the scheduler made for this job; a login session's tells about others too
  case $memory_group in
    *slurm* | *condor* | *job* | *pbs* | *sge* | *lsf*) cat "$memory_group/memory.peak" "$memory_group/memory.max_usage_in_bytes" 2>/dev/null | head -n 1 ;;
  esac
}

wrapper_lives() { # not so if it is gone, or a zombie
  local pages=0
  read -r _ pages _ <"/proc/$$/statm"
  [ "${pages:-0}" != 0 ]
} 2>/dev/null

abandon_step() { # this wrapper was killed: nobody waits for the step any more, and nothing of it may stay
  launcher_signal KILL
  kill -KILL -- "-$step" "-$timer"
  clean_runtime
  if [ "$runtime" = none ]; then kill_strays; fi
  exit
}

# The largest sum over the step's processes that was seen; less and less often.
sample_memory() {
  local page wait sum peak=0
  trap '' TERM INT HUP USR1 USR2 XCPU
  page=$(getconf PAGESIZE 2>/dev/null || printf 4096)
  for wait in 0.1 0.2 0.4 0.8 1.5 3; do
    while sleep "$wait"; do
      wrapper_lives || abandon_step
      sum=0
      add_memory "$step"
      [ "$sum" != 0 ] || return
      [ "$sum" -le "$peak" ] || { peak=$sum && printf '%s\n' "$((peak * page))" >"$work/peak"; }
      [ "$wait" = 3 ] || break
    done
  done
}

add_memory() { # PID: adds its pages and its children's to sum
  local pages='' children='' child _
  read -r _ pages _ <"/proc/$1/statm" || return
  sum=$((sum + pages))
  read -r children <"/proc/$1/task/$1/children"
  for child in $children; do add_memory "$child"; done
} 2>/dev/null

cpu_between() { # FILE FILE: what "times" said before and after; prints milliseconds of our children
  awk '
    function ms(text, parts) { split(text, parts, /[ms]/); return parts[1] * 60000 + parts[2] * 1000 }
    FNR == 2 { value[++n] = ms($1) + ms($2) }
    END { if (n == 2) printf "%d", value[2] - value[1] }' "$1" "$2"
}

measure_end() { # EXIT_CODE of the step
  local kills
  # Out of our sight, the runtime's own processes are all that we would measure.
  case $launcher/$runtime in
    none/podman*) ;;
    none/*)
      cpu_ms=$(cpu_between "$work/times.before" "$work/times.after")
      if [ -s "$work/peak" ]; then peak_memory=$(<"$work/peak") peak_source=sampled; fi
      ;;
  esac
  : "${cpu_ms:=null}"
  if kills=$(own_peak) && [ -n "$kills" ]; then peak_memory=$kills peak_source=cgroup; fi
  kills=$(oom_kills)
  [ "${kills:-0}" -gt "${oom_before:-0}" ] || return 0
  if [ "$1" = 137 ] && [ -z "$cause" ]; then
    cause=out_of_memory message='The step was killed because the memory of the job was used up.'
    say "[scailfin] $message"
  else
    warn "Processes of this job were killed because its memory was used up: $((kills - ${oom_before:-0}))."
  fi
}

# --- the main stream: kept from its beginning up to log_head bytes, and from its end up to log_tail; written as it comes

# The step's shell says first of all that it did begin; that line is ours. What the runtime says before concerns the operator, unless
# the step never begins. (Of several tasks, the others' words may come before.)
read_until_begun() {
  local line count=0
  while [ "$count" -lt 2000 ]; do
    if ! IFS= read -r line; then
      printf %s "$line"
      return
    fi
    case $line in
      *"$marker")
        now_ms >"$work/began"
        printf %s "${line%"$marker"}"
        return
        ;;
    esac
    printf '%s\n' "$line"
    count=$((count + 1))
  done
}

# head alone would write in blocks; and it stops reading where it has enough.
keep_head() {
  if here stdbuf; then stdbuf -o0 head -c "$log_head"; else head -c "$log_head"; fi
}

follow_stream() {
  trap '' TERM INT HUP USR1 USR2 XCPU
  read_until_begun >"$work/preamble"
  if [ "$tasks" = 1 ]; then cat "$work/preamble" >&2; else cat "$work/preamble" >>"$output"; fi
  set -o pipefail
  if [ -n "$echoes_output" ]; then keep_head | tee -a "$output" >&9; else keep_head >>"$output"; fi || : >"$work/log.lost"
  # Read to its end, whatever became of the log: a step must not die because our disk is full.
  tail -c "$log_tail" >"$work/tail" || cat >/dev/null
}

finish_log() { # PID of follow_stream
  local guard
  # Something of the step that escaped us may hold the stream open for ever.
  (sleep 5 && kill -KILL -- "-$1") 2>/dev/null &
  guard=$!
  wait_for "$1"
  end_group "$guard"
  if [ -e "$work/log.lost" ]; then log_cut=true && warn "What the step printed could not be written whole."; fi
  [ -s "$work/tail" ] || return 0
  log_cut=true
  {
    printf '\n[scailfin] The output is longer than %s bytes; its last %s bytes at most follow.\n' "$log_head" "$log_tail"
    cat "$work/tail"
  } | if [ -n "$echoes_output" ]; then tee -a "$output" >&9; else cat >>"$output"; fi
}

keep_step=''
launcher_signal() { return 1; }
launch_with_launcher() { :; }

# --- run

container_workspace=$workspace
container_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
user='' leaked='' step_home='' step_is_init='' command=() present_binds=() runtime_words=() gpu_words=() launcher_path=''

look_at_binds() { # what is not on this node is left out
  local bind from to mode
  for bind in ${binds[@]+"${binds[@]}"}; do
    mode=''
    case $bind in *:ro) mode=:ro bind=${bind%:ro} ;; esac
    from=${bind%%:*} to=${bind##*:}
    if [ -e "$from" ]; then present_binds+=("$from:$to$mode"); fi
  done
}

# The runtime's command line, and in front of it the launcher's.
make_command() {
  local words suffix=${runtime//-/_}
  user=$(id -un 2>/dev/null || id -u)
  words=runtime_words_$suffix'[@]' && runtime_words=(${!words+"${!words}"})
  for words in gpu_words_$suffix'[@]' usual_gpu_words_$suffix'[@]'; do
    [ "$gpus" = 0 ] || [ ${#gpu_words[@]} -gt 0 ] || gpu_words=(${!words+"${!words}"})
  done
  look_at_binds
  "$(kind_of "$runtime")_command"
  # The image's own shell, bash if there is one: its environment and command arrive on standard input.
  # shellcheck disable=SC2016 # expanded by that shell
  local shell='if command -v bash >/dev/null 2>&1; then exec bash -c "$0"; fi; exec sh -c "$0"'
  # Process 1 of a container does not hear TERM: a shell takes that place, which hands it to all others. A wait that this interrupts says
  # nothing of the step, even where the step is over by then; a second wait for a step that is known already says 127, or in bash -1.
  # shellcheck disable=SC2016 # the same
  [ -z "$step_is_init" ] || shell='told=; trap "told=yes; kill -TERM -1" TERM; exec 5<&0; { '$shell'; } <&5 5<&- & exec 5<&-
wait $!; code=$?; while [ "$told" ]; do told=; wait $!; again=$?; case $again in 127 | -*) ;; *) code=$again ;; esac; done; exit $code'
  # shellcheck disable=SC2016 # the same
  command+=(sh -c "$shell" 'eval "$(cat)"')
}

payload() { # TITLE: the lines behind it at the end of this script, decoded
  local decode=(base64 -d)
  here base64 || decode=(openssl base64 -d)
  awk -v title="# $1" '$0 == title { on = 1; next } /^#/ { on = 0 } on' "$script" | "${decode[@]}"
}

quoted() { # TEXT: as one word of a shell
  printf "'"
  printf %s "$1" | sed "s/'/'\\\\''/g"
  printf "'"
}

# What the step's shell evaluates. Only its owner may read it, and it is gone before the step begins.
write_step() {
  printf "printf '%%s\\\\n' '%s'\n" "$marker"
  [ -z "$leaked" ] || printf 'unset %s\n' "$leaked"
  [ -z "$step_home" ] || printf 'export HOME=%s\n' "$step_home"
  # Not every runtime begins in a directory of our choice.
  [ "$runtime" != shifter ] || printf 'cd %s || exit 1\n' "$(quoted "$container_workspace")"
  if [ "$container_workspace" = "$workspace" ]; then
    payload payload
  else
    printf 'scailfin_workspace=%s\n' "$(quoted "$container_workspace")"
    payload 'payload with the workspace moved'
  fi
}

launch() { # in a process of its own, which becomes the runtime
  trap - TERM INT HUP USR1 USR2 XCPU PIPE
  umask "$site_umask"
  # Where the container does not have the directory that we are in, this one refuses to start.
  if [ "$runtime" = shifter ]; then cd /; fi
  at_site "${command[@]}" 9>&-
}

run_step() {
  local logger sampler code again now oom_before
  make_command
  if [ "$container_workspace" != "$workspace" ] && ! grep -q '^# payload with the workspace moved$' "$script"; then
    fail 214 "The workspace '$workspace' cannot stand at its own path here."
  fi
  marker=scailfin-begun-$(od -A n -N 12 -t x1 /dev/urandom 2>/dev/null | tr -d ' \n')-$RANDOM
  write_step >"$work/step" || fail 217 "The step cannot be unpacked into '$work'."
  tail -c 1 "$work/step" | grep -q . && fail 217 "The step cannot be unpacked into '$work'."
  launch_with_launcher
  mkfifo "$work/stream" && : >"$work/stamp" || fail 217 "No pipe can be made in '$work'."
  find_memory_group
  oom_before=$(oom_kills)
  [ -z "$cause" ] || fail 143 ''
  follow_stream <"$work/stream" &
  logger=$!
  exec 3<"$work/step"
  [ -n "$keep_step" ] || rm -f "$work/step"
  now=$(now_ms)
  mark_launched "$now" || fail 217 "The directory '$dir' cannot be written."
  (sleep "$timeout_s" && : >"$work/timeout" && kill -TERM $$) 2>/dev/null &
  timer=$!
  times >"$work/times.before"
  # A trap starts nothing of its own before the step is known, so that $! is ours.
  launched=yes
  launch <&3 >"$work/stream" 2>&1 &
  step=$!
  exec 3<&-
  if [ -n "$cause" ]; then on_signal again; fi
  sample_memory 2>/dev/null &
  sampler=$!
  while :; do
    interrupted=''
    wait_for "$step"
    code=$?
    [ -n "$interrupted" ] || break
    kill -0 "$step" 2>/dev/null || {
      wait "$step"
      again=$?
      # Bash loses the exit code, and says 127 or -1, if a signal comes in the moment of the end.
      case $again in 127 | -*) ;; *) code=$again ;; esac
      break
    }
  done
  times >"$work/times.after"
  insist_on_the_rest
  end_group "$timer"
  timer=''
  [ -z "$reaper" ] || end_group "$reaper"
  end_group "$sampler"
  # Nothing of the step stays alive; then its last words.
  kill -KILL -- "-$step" 2>/dev/null
  clean_runtime
  if [ "$runtime" = none ]; then kill_strays; fi
  finish_log "$logger"
  rm -f "$work/step" "$work/step.rest"
  judge "$code"
}

# What the runtime's end means.
judge() { # EXIT_CODE
  exit_code=$1
  if [ -s "$work/began" ]; then
    step_started=$(<"$work/began") may_have_run=true step_code=$1
    if [ "$1" -gt 128 ] && [ "$1" -le 192 ]; then step_signal=$(($1 - 128)); fi
    measure_end "$1"
  else
    # A launcher or a daemon may have lost the step's first words.
    case $launcher/$runtime in none/podman*) may_have_run=true ;; none/*) ;; *) may_have_run=true ;; esac
    failed_phase=run
    if [ -z "$cause" ]; then
      exit_code=215
      cat "$work/preamble" >>"$output"
      message="$runtime ended with exit code $1 before the step began: $(grep -v '^[[:space:]]*$' "$work/preamble" | tail -n 1 | cut -c 1-500)"
      say "[Error] $message"
    fi
  fi
  if [ "$cause" = timeout ]; then
    message="The job ran longer than its time limit of $timeout_s s."
    say "[scailfin] $message"
  fi
}

# --- what happens, in its order

[ -n "$work" ] || { work=/nowhere && fail 217 "No working directory can be made beside '$dir', or in a scratch directory."; }
next runtime
locate
next stage_in
stage_in
next image
prepare_image
next run
run_step
begin stage_out
stage_out
finish
# payload
dW5zZXQgQVBQVEFJTkVSX0JJTkQgQVBQVEFJTkVSX0NPTU1BTkQgQVBQVEFJTkVSX0NPTlRBSU5F
UiBBUFBUQUlORVJfRU5WSVJPTk1FTlQgQVBQVEFJTkVSX05BTUUgQVBQVEFJTkVSX0FQUE5BTUUg
U0lOR1VMQVJJVFlfQklORCBTSU5HVUxBUklUWV9DT01NQU5EIFNJTkdVTEFSSVRZX0NPTlRBSU5F
UiBTSU5HVUxBUklUWV9FTlZJUk9OTUVOVCBTSU5HVUxBUklUWV9OQU1FIFNJTkdVTEFSSVRZX0FQ
UE5BTUUgUFJPTVBUX0NPTU1BTkQgUFMxIFVTRVJfUEFUSCBDSF9SVU5OSU5HIGNvbnRhaW5lciBT
SElGVEVSX1JVTlRJTUUgU0hJRlRFUl9JTUFHRSBTSElGVEVSX0lNQUdFUkVRVUVTVApbICIke0xE
X0xJQlJBUllfUEFUSC19IiAhPSAvLnNpbmd1bGFyaXR5LmQvbGlicyBdIHx8IFsgLW4gIiQobHMg
Ly5zaW5ndWxhcml0eS5kL2xpYnMgMj4vZGV2L251bGwpIiBdIHx8IHVuc2V0IExEX0xJQlJBUllf
UEFUSApleHBvcnQgTkFNRT0nd8O2cmxkJwpleHBvcnQgU0NBSUxGSU5fQVRURU1QVD01ZjBjN2E1
Mi02YjFlLTRhNTEtOWY1Ny0zYzFkOGE5YjBlMjEuMgpleGVjIDwvZGV2L251bGwKZXZhbCAnJydl
Y2hvICJpdCdcJydzICROQU1FIicK
