
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
