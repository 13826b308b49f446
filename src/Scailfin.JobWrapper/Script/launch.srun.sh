
# --- launcher srun, inside an allocation of Slurm

# Told to end, srun kills its tasks at once; killed, it leaves them alone; and a KILL for the job would end the whole allocation.
launcher_signal() { # SIGNAL: to the step of our name
  local steps
  steps=$(at_site squeue --steps --noheader --job "${SLURM_JOB_ID-}" --format '%i %j' | sed -n "s/ scailfin-$identity *\$//p")
  # shellcheck disable=SC2086 # one or none
  [ -n "$steps" ] && (at_site scancel "--signal=$1" $steps)
} 2>/dev/null
launch_with_launcher() {
  local words=("$launcher_path" -J "scailfin-$identity" -n "$tasks")
  [ "$nodes" = 0 ] || words+=(-N "$nodes")
  [ "$cpus" = 0 ] || words+=(-c "$cpus")
  words+=(--unbuffered ${launcher_options[@]+"${launcher_options[@]}"} --)
  # Standard input goes to every task; one of them says that it began.
  if [ "$tasks" != 1 ]; then
    keep_step
    # shellcheck disable=SC2016 # expanded on the node
    words+=(bash -c '[ "${SLURM_PROCID:-0}" = 0 ] || exec "$@" <"$0.rest"; exec "$@" <"$0"' "$work/step")
  fi
  command=("${words[@]}" "${command[@]}")
}
