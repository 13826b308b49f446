
# --- inside: the shell that stands between the runtime and the step's own shell, where the runtime makes a pid namespace

step_is_init='' # yes: it is process 1 of the container
lifeline=''     # yes: the container hears of this script's end itself, because its runtime's processes do not

# shellcheck disable=SC2016 # expanded by the shells inside
set_inside() { # sets REPLY: its text
  # The image's own shell, bash if there is one: its environment and command arrive on standard input.
  local shell='if command -v bash >/dev/null 2>&1; then exec bash -c "$0"; fi; exec sh -c "$0"' life=''
  # What the step's main process leaves behind ends with it, because the namespace does. Without one, other users' processes would be counted.
  local count='first=; read -r first </proc/1/comm; left=0
case $$:$first in 1:* | *:bwrap | *:appinit | *:sinit)
  for at in /proc/[0-9]*; do case ${at#/proc/} in 1 | $$ | $life) ;; *) [ ! -e "$at/exe" ] || left=$((left + 1)) ;; esac; done ;;
esac 2>/dev/null
[ $left = 0 ] || echo "[scailfin] Processes that the step left running, and that were ended: $left."
exit $code'
  case $runtime in
    none | shifter) REPLY=$shell && return ;;
  esac
  if [ -z "$step_is_init" ]; then
    # It outlives a TERM, which is for the step, and has nothing to say of a step that a signal ends.
    REPLY="life=; trap : TERM; exec 4>&2 2>/dev/null; ($shell) 2>&4 4>&-; code=\$?; $count" && return
  fi
  # The first line tells a lifeline from an empty file; then it ends when the last process of ours that holds it does.
  [ -z "$lifeline" ] || life='trap "exit 137" USR1; (read -r told && { read -r told; kill -USR1 1; }) <&3 2>/dev/null & life=$!; exec 3<&-; '
  # Process 1 of a container does not hear TERM: this shell takes that place and hands it to all others. A wait that this interrupts says
  # nothing of the step, even where the step is over by then; a second wait for a step that is known already says 127, or in bash -1.
  REPLY='life=; told=; trap "told=yes; kill -TERM -1" TERM; '$life'exec 5<&0; { '$shell'; } <&5 5<&- & exec 5<&-
wait $!; code=$?; while [ "$told" ]; do told=; wait $!; again=$?; case $again in 127 | -*) ;; *) code=$again ;; esac; done; '$count
}
