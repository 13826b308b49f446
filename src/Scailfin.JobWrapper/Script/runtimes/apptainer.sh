
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
  local bind place
  step_home=/tmp
  # Its own /tmp and /var/tmp are small: 64 MB, where the site says nothing else.
  command=("$runtime_path" exec --cleanenv --containall --no-home --workdir "$work" --bind "$host_workspace:$container_workspace" --pwd "$container_workspace")
  if [ "$EUID" = 0 ]; then # its step could set the node's kernel
    for place in /proc/sys /proc/irq /proc/bus /proc/fs /proc/sysrq-trigger; do
      [ ! -e "$place" ] || command+=(--bind "$place:$place:ro")
    done
  fi
  [ -z "$step_user" ] || command+=(--security "uid:${step_user%:*}" --security "gid:${step_user#*:}")
  [ -z "$hidden" ] || command+=(--bind "$work/empty:$hidden")
  for bind in ${present_binds[@]+"${present_binds[@]}"}; do command+=(--bind "$bind"); done
  command+=(${gpu_words[@]+"${gpu_words[@]}"} ${runtime_words[@]+"${runtime_words[@]}"} "$source")
}
usual_gpu_words_apptainer=(--nv) usual_gpu_words_singularity=(--nv)
