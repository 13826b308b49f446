
# --- launcher srun, inside an allocation of Slurm

keep_step=''
launch_with_launcher() {
  local words=("$launcher_path" -n "$tasks")
  [ "$nodes" = 0 ] || words+=(-N "$nodes")
  [ "$cpus" = 0 ] || words+=(-c "$cpus")
  words+=(--unbuffered ${launcher_options[@]+"${launcher_options[@]}"} --)
  # Standard input goes to every task; one of them says that it began.
  if [ "$tasks" != 1 ]; then
    keep_step=yes
    sed 1d "$work/step" >"$work/step.rest" || fail 217 "The step cannot be unpacked into '$work'."
    # shellcheck disable=SC2016 # expanded on the node
    words+=(bash -c '[ "${SLURM_PROCID:-0}" = 0 ] || exec "$@" <"$0.rest"; exec "$@" <"$0"' "$work/step")
  fi
  command=("${words[@]}" "${command[@]}")
}
