
# --- runtimes podman and podman-hpc

podman_can_run() { [ -n "$root$name" ]; }

# Podman needs a session: a directory of its user's in XDG_RUNTIME_DIR, with a short name because of its sockets, and a HOME that can be
# written. A batch job may have the names of those of another node.
podman_answers() {
  if [ "$EUID" != 0 ]; then
    if [ -d "${XDG_RUNTIME_DIR-}" ] && [ -O "$XDG_RUNTIME_DIR" ] && [ -w "$XDG_RUNTIME_DIR" ]; then :; else own_runtime_directory; fi
  fi
  podman_info || { [ "$EUID" != 0 ] && [ -z "$cause" ] && own_home && podman_info; }
}
podman_info() {
  attend 60 at_site "$runtime_path" info --format 'podman version {{.Version.Version}}' >"$work/version" 2>"$work/version.log"
}

own_runtime_directory() { # for all jobs of this user on this node, as the session's would be
  local place=/tmp/scailfin-run-$EUID
  unset XDG_RUNTIME_DIR
  { mkdir -m 700 "$place" 2>/dev/null || [ -d "$place" ]; } && [ -O "$place" ] && [ ! -L "$place" ] && export XDG_RUNTIME_DIR=$place
}
own_home() {
  make_cache
  mkdir -p "$cache/home" && export HOME=$cache/home
}

podman_prepare() {
  source=${root:-$name}
  [ -z "$root" ] || { root=$(cd -P "$root" && pwd) && return; } # runc takes no path through a link
  make_cache
  pull with_lock "$cache/$(cached_name "$name").lock" podman_pull
  attend 60 at_site "$runtime_path" image inspect --format '{{.Digest}}' "$name" >"$work/lookup" 2>&1 && digest=$(grep '^sha256:' "$work/lookup" | head -n 1)
}

podman_pull() { (at_site "$runtime_path" image exists "$name") || (at_site "$runtime_path" pull --quiet "$name"); }

podman_command() {
  local bind nproc top
  command=("$runtime_path")
  # crun refuses the hybrid layout of control groups.
  if [ "$runtime" = podman ] && [ -d /sys/fs/cgroup/unified ] && here runc; then command+=(--runtime runc); fi
  nproc=$(ulimit -u) && { [ "$nproc" != unlimited ] && [ "$nproc" -le 32768 ]; } || nproc=32768
  command+=(run --rm -i --name "scailfin-$identity" --network=host --ulimit "nofile=$(ulimit -Sn):$(ulimit -Sn)" --ulimit "nproc=$nproc:$nproc")
  step_is_init=yes
  # Podman's own processes leave this job's session, and its container's are no children of ours.
  if [ "$launcher/$runtime" = none/podman ]; then lifeline=yes && command+=(--preserve-fds=1); fi
  # As in the other runtimes: root's step may treat its own files as root does, and nothing else.
  command+=(--security-opt no-new-privileges --cap-drop ALL)
  if [ -n "$step_user" ]; then command+=(--user "$step_user"); elif [ "$EUID" = 0 ]; then command+=(--cap-add CHOWN --cap-add DAC_OVERRIDE --cap-add FOWNER); fi
  command+=(-e HOME=/tmp -v "$host_workspace:$container_workspace" -w "$container_workspace")
  [ -z "$hidden" ] || command+=(-v "$work/empty:$hidden")
  for bind in ${present_binds[@]+"${present_binds[@]}"}; do command+=(-v "$bind"); done
  top=${container_workspace#/} && top=/${top%%/*}
  if [ "$runtime" = podman ]; then command+=(--read-only --read-only-tmpfs=false --tmpfs /tmp --tmpfs /var/tmp --tmpfs /dev/shm); fi
  command+=(${gpu_words[@]+"${gpu_words[@]}"} ${runtime_words[@]+"${runtime_words[@]}"} --entrypoint '')
  if [ -n "$root" ]; then
    case $top in "$container_workspace" | /tmp | /var) ;; *) command+=(--tmpfs "$top:ro") ;; esac
    command+=(--unsetenv-all -e "PATH=$container_path" --rootfs "$root")
  else
    command+=(--pull=never "$name")
  fi
}
usual_gpu_words_podman=(--device nvidia.com/gpu=all) usual_gpu_words_podman_hpc=(--gpu)

# Asked to end itself, podman would leave the step alone, and its exit code would say nothing.
terminate_podman() { (at_site "$runtime_path" kill --signal TERM "scailfin-$identity") >/dev/null || kill -TERM -- "-$step"; }

clean_runtime() { # [attend SECONDS]
  case $launched/$runtime in yes/podman*) ;; *) return ;; esac
  launched=''
  "$@" remove_container >/dev/null 2>&1
}
remove_container() { (at_site "$runtime_path" rm -f -t 0 "scailfin-$identity"); }
