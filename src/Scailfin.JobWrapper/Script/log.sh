
# --- the main stream: kept from its beginning up to log_head bytes, and from its end up to log_tail; written as it comes

# The step's shell says first of all that it did begin; that line is ours. What the runtime says before concerns the operator, unless
# the step never begins. (Of several tasks, the others' words may come before.)
read_until_begun() {
  local line count=0
  while [ "$count" -lt 2000 ]; do
    if ! IFS= read -r line; then
      printf %s "$line"
      : >"$work/never" # the stream is at its end, and no step has said that it began
      return
    fi
    case $line in
      *"$marker")
        set_now
        printf '%s\n' "$now" >"$work/began"
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
  if : >"$work/preamble"; then read_until_begun >"$work/preamble"; else read_until_begun >>"$output"; fi
  if [ ! -s "$work/preamble" ]; then :; elif [ "$tasks" = 1 ]; then cat "$work/preamble" >&2; else cat "$work/preamble" >>"$output"; fi
  set -o pipefail
  if [ -n "$echoes_output" ]; then keep_head | tee -a "$output" >&9; else keep_head >>"$output"; fi || : >"$work/log.lost"
  # Read to its end, whatever became of the log: a step must not die because our disk is full.
  # Most logs are at their end here, which one byte more tells without another program. (Read like this, NUL is an empty text.)
  local next
  if IFS= read -r -d '' -n 1 next; then
    { if [ -n "$next" ]; then printf %s "$next"; else printf '\0'; fi && cat; } | tail -c "$log_tail" >"$work/tail" || cat >/dev/null
  fi
}

finish_log() { # PID of follow_stream
  local code
  # Something of the step that escaped us may hold the stream open for ever.
  tell_watch kill "$1" 5
  wait_for "$1"
  code=$?
  tell_watch helper 0
  if [ "$code" -gt 128 ]; then
    log_cut=true && warn "The log is not whole: the process that writes it was killed, or the step's output was held open (exit code $code)."
  fi
  if [ -e "$work/log.lost" ]; then log_cut=true && warn "What the step printed could not be written whole."; fi
  [ -s "$work/tail" ] || return 0
  log_cut=true
  {
    printf '\n[scailfin] The output is longer than %s bytes; its last %s bytes at most follow.\n' "$log_head" "$log_tail"
    cat "$work/tail"
  } | if [ -n "$echoes_output" ]; then tee -a "$output" >&9; else cat >>"$output"; fi
}
