#!/usr/bin/env bash
# Scailfin job wrapper, version @VERSION@. Job @IDENTITY@ (job id, full stop, attempt).
# It claims the attempt, runs one step in a container, and leaves a receipt. By hand: bash THIS_FILE; its files are in $dir.
# The step's environment and command are at the end, as base64: they never stand on a command line.
# shellcheck disable=SC2013,SC2317 # words of /proc are split on purpose; traps call functions out of sight
set -u -m
umask 022

job_id=@JOB_ID@
attempt=@ATTEMPT@
dir=@DIRECTORY@
workspace=@WORKSPACE@
image=@IMAGE@
image_directory=@IMAGE_DIRECTORY@
runtimes=@RUNTIMES@
timeout_s=@TIMEOUT_S@
grace_s=@GRACE_S@
log_head=@LOG_HEAD@
log_tail=@LOG_TAIL@

exec </dev/null >/dev/null 2>>"$dir/wrapper.log"

identity=$job_id.$attempt
phase=claim cause='' runtime='' log_cut=false step='' step_started=null
now_ms() { local now; now=$(date +%s%3N); case $now in *N*) now=$(date +%s)000 ;; esac; printf %s "$now"; }
started=$(now_ms)

# Text as the inside of a JSON string.
json() { local text=${1//\\/\\\\}; text=${text//\"/\\\"}; printf %s "${text//[[:cntrl:]]/ }"; }

# receipt EXIT_CODE FAILED_PHASE MESSAGE: whole or not at all, and on the disk before anybody can see it.
receipt() {
  local failed=null may=false
  [ "$step_started" = null ] || may=true
  [ -z "$2" ] || failed="\"$2\""
  printf '{"version":1,"job_id":"%s","attempt":%s,"exit_code":%s,"failed_phase":%s,"cause":"%s","message":"%s","runtime":"%s","host":"%s","started_at":%s,"step_started_at":%s,"ended_at":%s,"step_may_have_run":%s,"log_cut":%s}\n' \
    "$job_id" "$attempt" "$1" "$failed" "$cause" "$(json "$3")" "$runtime" "$(json "${HOSTNAME:-}")" \
    "$started" "$step_started" "$(now_ms)" "$may" "$log_cut" >"$dir/receipt.tmp" || return
  sync "$dir/receipt.tmp" 2>/dev/null || sync
  mv -f "$dir/receipt.tmp" "$dir/receipt.json"
}

# fail EXIT_CODE MESSAGE: ends the job before its step began.
fail() {
  printf '[Error] %s\n' "$2" >>"$dir/output"
  receipt "$1" "$phase" "$2"
  exit "$1"
}

interrupted='' reaper='' reaping=''
end_step() {
  interrupted=1
  [ -n "$cause" ] || cause=$1
  [ -n "$step" ] || return 0
  terminate_step
  [ -z "$reaping" ] || return 0
  reaping=1
  (sleep "$grace_s" && kill -KILL -- "-$step") &
  reaper=$!
}
trap 'end_step stopped' TERM INT HUP
trap 'end_step timeout' USR1

# --- claim: whoever makes this directory runs the step; a second copy changes nothing.
[ ! -d "$dir/claim" ] || exit 213
mkdir "$dir/claim" || exit 213
stat=$(<"/proc/$$/stat")
# shellcheck disable=SC2086 # the fields of /proc/PID/stat behind the name; the 20th is the start time
set -- ${stat##*) }
printf '%s %s\n' "$$" "${20}" >"$dir/claim/owner.tmp" && mv "$dir/claim/owner.tmp" "$dir/claim/owner" || exit 1

descendants() {
  local child
  for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
    descendants "$child"
    printf '%s ' "$child"
  done
}

# Bubblewrap kills all that is inside as soon as it ends itself: the step gets its TERM first, and alone.
terminate_step() {
  local pid name
  if [ "$runtime" != bubblewrap ]; then
    kill -TERM -- "-$step"
    return
  fi
  for pid in $(descendants "$step"); do
    read -r name <"/proc/$pid/comm" && [ "$name" != bwrap ] && kill -TERM "$pid"
  done
}

# --- locate: the first runtime of the site's order that is here and can run this kind of image.
phase=runtime
root=''
case $image in
  /*) [ ! -d "$image" ] || root=$image ;;
  ?*) [ -z "$image_directory" ] || [ ! -d "$image_directory/$image" ] || root=$image_directory/$image ;;
esac

can_run() {
  case $1 in
    apptainer | singularity) command -v "$1" ;;
    bubblewrap) [ -n "$root" ] && command -v bwrap ;;
    charliecloud) [ -n "$root" ] && command -v ch-run ;;
    podman) { [ -n "$root" ] || [ "${image#/}" = "$image" ]; } && command -v podman ;;
    none) true ;;
  esac
}
for candidate in $runtimes; do
  if can_run "$candidate"; then runtime=$candidate && break; fi
done
[ -n "$runtime" ] || fail 127 "No container runtime here can run the image '$image'. Looked for: $runtimes; unpacked images are looked up in '${image_directory:-nowhere}'."

cd "$workspace" || fail 1 "The workspace '$workspace' cannot be entered on ${HOSTNAME:-this machine}."
user=$(id -un 2>/dev/null || id -u)
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

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

case $runtime in
  apptainer | singularity)
    source=${root:-$image}
    case $source in /*) ;; *) source=docker://$image ;; esac
    command=("$runtime" exec --cleanenv --containall --no-home --bind "$workspace" --pwd "$workspace" "$source")
    ;;
  bubblewrap)
    command=(bwrap --unshare-all --share-net --die-with-parent --clearenv --setenv PATH "$path" --setenv HOME /tmp)
    command+=(--tmpfs / --proc /proc --dev /dev --tmpfs /tmp)
    bind_around '' "${workspace#/}"
    if [ -f "$root/etc/resolv.conf" ] && [ ! -L "$root/etc/resolv.conf" ] && [ -f /etc/resolv.conf ]; then
      command+=(--ro-bind /etc/resolv.conf /etc/resolv.conf)
    fi
    command+=(--bind "$workspace" "$workspace" --chdir "$workspace" --)
    ;;
  charliecloud)
    # Its bind targets must exist: an empty skeleton of the workspace's path is bound first, the workspace inside it.
    top=/${workspace#/} && top=${top#/} && top=/${top%%/*}
    mkdir -p "$dir/skeleton${workspace#"$top"}"
    command=(unshare --pid --fork --kill-child=KILL --mount-proc)
    [ "$(id -u)" = 0 ] || command+=(--user --map-current-user)
    command+=(tini -- env -i "USER=$user" HOME=/tmp "PATH=$path" ch-run --no-passwd -b "$dir/skeleton:$top" -b "$workspace" -c "$workspace" "$root" --)
    ;;
  podman)
    command=(podman)
    # crun refuses the hybrid layout of control groups.
    if [ -d /sys/fs/cgroup/unified ] && command -v runc; then command+=(--runtime runc); fi
    nproc=$(ulimit -u) && { [ "$nproc" != unlimited ] && [ "$nproc" -le 32768 ]; } || nproc=32768
    command+=(run --rm -i --name "scailfin-$identity" --network=host --ulimit "nofile=$(ulimit -Sn):$(ulimit -Sn)" --ulimit "nproc=$nproc:$nproc")
    if command -v tini; then command+=(--init --init-path "$(command -v tini)"); fi
    command+=(--unsetenv-all -e "PATH=$path" -e HOME=/tmp -v "$workspace:$workspace" -w "$workspace")
    top=${workspace#/} && top=/${top%%/*}
    if [ -n "$root" ]; then command+=(--read-only --tmpfs /tmp --tmpfs "$top" --rootfs "$root"); else command+=("$image"); fi
    ;;
  none) command=(env -i "SCAILFIN_ATTEMPT=$identity" "USER=$user" "HOME=${HOME:-/}" "PATH=$PATH" "LANG=${LANG:-C.UTF-8}") ;;
esac
# shellcheck disable=SC2016 # expanded by the step's own shell: its environment and command arrive on standard input
command+=(bash -c 'eval "$(cat)"')

# --- run: the main stream is kept from its beginning up to log_head bytes, and from its end up to log_tail.
phase=run
mkfifo "$dir/stream" || fail 1 "No pipe can be made in $dir."
(
  trap '' TERM INT HUP
  dd bs=65536 count="$log_head" iflag=count_bytes,fullblock oflag=append conv=notrunc status=none 2>/dev/null >>"$dir/output" ||
    head -c "$log_head" >>"$dir/output"
  tail -c "$log_tail" >"$dir/output.tail"
) <"$dir/stream" &
logger=$!
(
  umask 077
  sed -n '/^# payload$/,$p' "$0" | sed 1d | base64 -d >"$dir/step"
) || fail 1 "The step could not be unpacked into $dir."
exec 3<"$dir/step"
rm -f "$dir/step"

step_started=$(now_ms)
printf '%s\n' "$step_started" >"$dir/claim/started"
# Before the step is known, a trap starts nothing of its own, so that $! is ours.
(sleep "$timeout_s" && kill -USR1 $$) &
timer=$!
if [ -n "$cause" ]; then
  : >"$dir/stream"
  code=143
else
  "${command[@]}" <&3 >"$dir/stream" 2>&1 &
  step=$!
  exec 3<&-
  [ -z "$cause" ] || end_step "$cause"
  while :; do
    wait "$step"
    code=$?
    [ -n "$interrupted" ] || break
    interrupted=''
    kill -0 "$step" 2>/dev/null || { wait "$step"; again=$?; [ "$again" = 127 ] || code=$again; break; }
  done
fi
trap '' TERM INT HUP USR1
kill -KILL -- "-$timer"
[ -z "$reaper" ] || kill -KILL -- "-$reaper"

# --- end: nothing of the step stays alive, then its last words, then the receipt.
phase=end
[ -z "$step" ] || kill -KILL -- "-$step"
[ "$runtime" != podman ] || podman rm -f -t 0 "scailfin-$identity"
if [ "$runtime" = none ]; then
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    all=$(grep -lzsx "SCAILFIN_ATTEMPT=$identity" /proc/[0-9]*/environ)
    [ -n "$all" ] || break
    for found in $all; do
      found=${found#/proc/} && kill -KILL "${found%/environ}"
    done
  done
fi
(sleep 5 && kill -KILL -- "-$logger") &
guard=$!
wait "$logger"
kill -KILL -- "-$guard"
if [ -s "$dir/output.tail" ]; then
  log_cut=true
  { printf '\n[scailfin] The output is longer than %s bytes; its last %s bytes at most follow.\n' "$log_head" "$log_tail" && cat "$dir/output.tail"; } >>"$dir/output"
fi
rm -rf "$dir/output.tail" "$dir/stream" "$dir/skeleton"
receipt "$code" '' ''
exit "$code"
# payload
