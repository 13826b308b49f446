
# --- launcher aprun, on Cray

launcher_signal() { return 1; } # it hands signals on
launch_with_launcher() {
  local words=("$launcher_path" -b -n "$tasks")
  [ "$nodes" = 0 ] || words+=(-N "$(((tasks + nodes - 1) / nodes))")
  [ "$cpus" = 0 ] || words+=(-d "$cpus")
  words+=(${launcher_options[@]+"${launcher_options[@]}"} --)
  # It gives standard input to one task only. The others read the step from its file; one of them says that it began.
  if [ "$tasks" != 1 ]; then
    keep_step
    # shellcheck disable=SC2016 # expanded on the node
    words+=(bash -c '[ "${ALPS_APP_PE:-0}" = 0 ] || exec "$@" <"$0.rest"; exec "$@" <"$0"' "$work/step")
  fi
  command=("${words[@]}" "${command[@]}")
}
