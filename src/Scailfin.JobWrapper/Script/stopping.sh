
# --- stopping: whatever runs can be ended, in time, with all its children

cause='' helper='' step='' asked='' interrupted=''
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
  if [ -n "$step" ] && [ -z "$asked" ]; then
    asked=yes
    # A signal for everybody may have met the watch before it ignored signals.
    kill -0 "$watcher" 2>/dev/null || { start_watch && tell_watch step "$step" "$timeout_s"; }
    # First, because a runtime that is asked to hand the signal on may hang.
    tell_watch end "$step" "$step_grace_s"
    terminate_step
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

add_descendants() { # PID: adds them to descendants, the deepest first
  local child children=''
  set_children "$1"
  for child in $children; do
    add_descendants "$child"
    descendants="$descendants $child"
  done
}

# A runtime that gets TERM itself kills what is inside, or ends before the step and hides its exit code: TERM is for the step alone. Where
# nothing is inside yet, it is for all.
terminate_inside() { # NAME...: the runtime's own processes
  local pid name told='' descendants=''
  add_descendants "$step"
  for pid in $descendants; do
    read -r name <"/proc/$pid/comm" || continue
    case " $* " in *" $name "*) continue ;; esac
    kill -TERM "$pid" && told=yes
  done
  [ -n "$told" ] || kill -TERM -- "-$step"
}

# Runtimes put helpers, such as the one that mounts a SIF file, into groups of their own, and end them only where they end by themselves.
end_step() { # PID
  local descendants=''
  launcher_signal KILL
  add_descendants "$1"
  # shellcheck disable=SC2086 # one word each
  kill -KILL -- "-$1" $descendants
} 2>/dev/null

terminate_step() {
  if launcher_signal TERM; then return; fi
  case $runtime in
    bubblewrap) terminate_inside bwrap ;;
    apptainer | singularity) terminate_inside apptainer singularity starter starter-suid appinit sinit squashfuse squashfuse_ll fuse2fs fuse-overlayfs ;;
    podman*) terminate_podman 5>&- 6>&- & ;;
    *) kill -TERM -- "-$step" ;;
  esac 2>/dev/null
}

# A signal in the moment of a child's end makes bash lose that end: it takes the child for running, and a wait for it ends with the last other
# child, hours later.
is_lost() { # PID
  ! kill -0 "$1" && jobs -r -p | grep -q -x "$1"
} 2>/dev/null

# A pool may suspend a job. With job control a wait ends then (128 and the number of STOP, TSTP, TTIN or TTOU), but the process does not.
wait_for() { # PID: its exit code, or that of an interrupted wait
  local code again
  while :; do
    wait "$1" 2>/dev/null
    code=$?
    if [ "$code" -lt 147 ] || [ "$code" -gt 150 ]; then return "$code"; fi
    kill -0 "$1" 2>/dev/null || break
    sleep 1
  done
  # It went on and ended before we did; or it ended with that code, and is known already.
  is_lost "$1" || {
    wait "$1" 2>/dev/null
    again=$?
    [ "$again" = 127 ] || code=$again
  }
  return "$code"
}

end_group() { # PID: no process of its group stays; its zombie is taken home
  kill -KILL -- "-$1"
  is_lost "$1" || wait "$1"
} 2>/dev/null # bash has something to say of every child that a signal ended

# Runs a helper in a process group of its own (so never inside a substitution or a pipe, where there are none). Its exit code; 124 if it took longer than allowed, 143 if the job is to end.
attend() { # SECONDS COMMAND...
  local code limit=$1
  shift
  if [ -n "$cause" ] && [ -z "$insisting" ]; then return 143; fi
  [ ! -e "$work/late" ] || rm -f "$work/late"
  "$@" 5>&- 6>&- &
  helper=$!
  tell_watch helper "$helper" "$limit"
  if [ -n "$cause" ] && [ -z "$insisting" ]; then kill -TERM -- "-$helper" 2>/dev/null; fi
  while :; do
    interrupted=''
    wait_for "$helper"
    code=$?
    [ -n "$interrupted" ] || break
    kill -0 "$helper" 2>/dev/null || { is_lost "$helper" || { wait "$helper" 2>/dev/null; code=$?; }; break; }
    # It was asked to end by the trap; it may take two seconds for that.
    tell_watch kill "$helper" 2
  done
  tell_watch helper 0
  kill -KILL -- "-$helper" 2>/dev/null
  helper=''
  if [ -n "$cause" ] && [ -z "$insisting" ] && [ "$code" -ne 0 ]; then return 143; fi
  if [ -e "$work/late" ]; then return 124; fi
  return "$code"
}
