
# --- run

container_workspace=$workspace
container_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
user='' leaked='' step_home='' enters_workspace='' command=() present_binds=() runtime_words=() gpu_words=() launcher_path=''

look_at_binds() { # what is not on this node is left out
  local bind from to mode
  for bind in ${binds[@]+"${binds[@]}"}; do
    mode=''
    case $bind in *:ro) mode=:ro bind=${bind%:ro} ;; esac
    from=${bind%%:*} to=${bind##*:}
    if [ -e "$from" ]; then present_binds+=("$from:$to$mode"); fi
  done
}

# Our own folder in a shared workspace has the scripts of this job and others, with nonces and secrets, and the places of receipts.
set_hidden() { # sets hidden to it, or to nothing where the workspace has none; an empty directory is mounted on it
  hidden=''
  if [ -d "$host_workspace/.scailfin" ] && [ ! -L "$host_workspace/.scailfin" ] && [ -d "$work/empty" ]; then hidden=$container_workspace/.scailfin; fi
}

set_user() { # sets user: the name of who we are
  local name id
  [ ! -r /etc/passwd ] || while IFS=: read -r name _ id _; do
    if [ "$id" = "$EUID" ]; then user=$name && return; fi
  done </etc/passwd
  user=$(id -un 2>/dev/null) || user=$EUID
}

# The runtime's command line, and in front of it the launcher's.
make_command() {
  local words suffix=${runtime//-/_}
  words=runtime_words_$suffix'[@]' && runtime_words=(${!words+"${!words}"})
  for words in gpu_words_$suffix'[@]' usual_gpu_words_$suffix'[@]'; do
    [ "$gpus" = 0 ] || [ ${#gpu_words[@]} -gt 0 ] || gpu_words=(${!words+"${!words}"})
  done
  look_at_binds
  set_hidden
  look_up "$runtime"
  "${kind}_command"
  set_inside
  # shellcheck disable=SC2016 # expanded by that shell
  command+=(sh -c "$REPLY" 'eval "$(cat)"')
}

decode() { # TEXT: lines of base64
  local TMPDIR=$work # where this bash has files for such input, without a name
  if here base64; then base64 -d <<<"$1"; else openssl base64 -d <<<"$1"; fi
}

set_quoted() { # TEXT: sets REPLY, the text as one word of a shell
  local mark=\' escaped="'\\''"
  REPLY=$mark${1//$mark/$escaped}$mark
}

# What the step's shell evaluates.
print_step() {
  printf "printf '%%s\\\\n' '%s' || exit\n" "$marker"
  [ -z "$leaked" ] || printf 'unset %s\n' "$leaked"
  [ -z "$step_home" ] || printf 'export HOME=%s\n' "$step_home"
  # Not every runtime begins in a directory of our choice.
  set_quoted "$container_workspace"
  [ "$runtime" != shifter ] || printf 'cd %s || exit 1\n' "$REPLY"
  if [ "$container_workspace" = "$workspace" ]; then
    decode "$payload"
  else
    printf 'scailfin_workspace=%s\n' "$REPLY"
    decode "$payload_moved"
  fi
}

# For tasks that standard input does not reach: files that only their owner may read. The first line says that the step began.
keep_step() {
  kept_step=yes
  printf '%s\n' "$step_text" >"$work/step" && printf '%s\n' "${step_text#*$'\n'}" >"$work/step.rest" || fail 217 "The step cannot be unpacked into '$work'."
}
kept_step='' step_text=''

open_step() { # as file descriptor 3. Bash makes a pipe of it, or a file without a name
  local TMPDIR=$work
  exec 3<<<"$step_text"
} 2>/dev/null

# In a process of its own, which hears every signal that the step hears and outlives it: what a wait says that a signal interrupted is not
# always how the step ended.
launch() {
  trap : TERM INT HUP USR1 USR2 XCPU
  trap - PIPE
  umask "$site_umask"
  # Where the container does not have the directory that we are in, this one refuses to start.
  if [ "$runtime" = shifter ]; then cd /; fi
  exec 3<&-
  if [ -n "$enters_workspace" ]; then cd "$workspace_now" || exit 1; fi
  [ -n "$by_descriptor" ] || exec 7<&-
  if [ -n "$lifeline" ]; then exec 3<"$work/lifeline" 5>&-; fi
  (at_site "${command[@]}" 9>&-)
  set -- "$?"
  printf '%s\n' "$1" >"$work/code"
  return "$1"
}

run_step() {
  local code again=127 oom_before
  make_command
  if [ "$container_workspace" != "$workspace" ] && [ -z "$payload_moved" ]; then
    fail 214 "The workspace '$workspace' cannot stand at its own path here."
  fi
  set_random
  marker=scailfin-begun-$REPLY
  step_text=$(print_step) || fail 217 'The step cannot be unpacked.'
  launch_with_launcher
  : >"$work/stamp" || fail 217 "The directory '$work' cannot be written."
  find_memory_group
  set_oom_kills
  oom_before=$REPLY
  [ -z "$cause" ] || fail 143 ''
  launched=yes
  start_watch || fail 217 "The pipes in '$work' cannot be opened."
  # Both ends are opened here: a process that opens one alone would wait for the other, for ever if that cannot be opened.
  exec 8<>"$work/stream" && exec 4<"$work/stream" && exec 8>"$work/stream" || fail 217 "The pipes in '$work' cannot be opened."
  follow_stream <&4 4<&- 6>&- 8>&- &
  logger=$!
  exec 4<&-
  open_step || fail 217 "The step cannot be unpacked into '$work'."
  set_now
  mark_launched "$now" || fail 217 "The directory '$dir' cannot be written."
  if [ -n "$lifeline" ]; then exec 5<>"$work/lifeline" && printf 'alive\n' >&5; fi
  times >"$work/times.before"
  # A trap starts nothing of its own before the step is known, so that $! is ours.
  launch <&3 >&8 2>&1 6>&- 8>&- &
  step=$!
  tell_watch step "$step" "$timeout_s"
  exec 3<&- 8>&-
  if [ -n "$cause" ]; then on_signal again; fi
  while :; do
    interrupted=''
    wait_for "$step"
    code=$?
    [ -n "$interrupted" ] || break
    kill -0 "$step" 2>/dev/null || {
      is_lost "$step" || { wait "$step"; again=$?; }
      case $again in 127 | -*) ;; *) code=$again ;; esac
      break
    }
  done
  times >"$work/times.after"
  insist_on_the_rest
  if first_line "$work/code"; then code=$REPLY; fi
  kill -0 "$watcher" 2>/dev/null || {
    warn "The process that keeps the time limits was killed: the step may have run longer than $timeout_s s."
    start_watch # for what is still to come
  }
  tell_watch step 0
  # Nothing of the step stays alive; then its last words.
  end_strays
  kill -KILL -- "-$step" 2>/dev/null
  exec 5>&-
  clean_runtime attend 60
  finish_log "$logger"
  logger=''
  [ "$strays" = 0 ] || say "[scailfin] Processes that the step left running, and that were ended: $strays."
  [ -z "$kept_step" ] || rm -f "$work/step" "$work/step.rest"
  judge "$code"
}

# What the runtime's end means.
judge() { # EXIT_CODE
  exit_code=$1
  if [ -s "$work/began" ]; then
    may_have_run=true step_code=$1
    if first_line "$work/began"; then step_started=$REPLY; fi
    if [ "$1" -gt 128 ] && [ "$1" -le 192 ]; then step_signal=$(($1 - 128)); fi
    measure_end "$1"
  else
    # A launcher or a daemon may have lost the step's first words, and our own file of them may not have been written or read.
    may_have_run=true
    case $launcher/$runtime in none/podman*) ;; none/*) [ ! -e "$work/never" ] || may_have_run=false ;; esac
    failed_phase=run
    if [ -z "$cause" ]; then
      exit_code=215
      cat "$work/preamble" >>"$output"
      local when='before the step began'
      [ "$may_have_run" = false ] || when='and whether the step began is not known'
      message="$runtime ended with exit code $1 $when: $(grep -v '^[[:space:]]*$' "$work/preamble" | tail -n 1 | cut -c 1-500)"
      say "[Error] $message"
    fi
  fi
  if [ "$cause" = timeout ]; then
    message="The job ran longer than its time limit of $timeout_s s."
    say "[scailfin] $message"
  fi
}
