
# --- runtime shifter

shifter_can_run() { [ -n "$name" ]; }

shifter_prepare() {
  local tool
  source=docker:$name
  on_site_path shifterimg || fail 127 "There is shifter, but no shifterimg on PATH."
  tool=$REPLY
  pull at_site "$tool" pull "$name"
  attend 60 at_site "$tool" lookup "$source" >"$work/lookup" 2>&1 && digest=$(grep -E '^[0-9a-f]{40,64}$' "$work/lookup" | tail -n 1)
}

# Shifter mounts no volume on a path that begins with one of these.
shifter_refuses() { # PATH
  case $1 in /etc* | /var* | /opt/udiImage* | /dev* | /proc* | /opt) return 0 ;; esac
  return 1
}

shifter_command() {
  local bind mount volume=$host_workspace:$container_workspace
  for mount in ${site_mounts[@]+"${site_mounts[@]}"}; do
    # It is in every container already.
    case $workspace/ in "${mount%/}"/*) [ "$host_workspace" != "$workspace" ] || volume='' ;; esac
  done
  if [ -n "$volume" ] && shifter_refuses "$workspace"; then
    [ -n "$container_workspace_root" ] || fail 215 "Shifter mounts nothing on '$workspace'. The site profile can name a site_mounts that holds it, or a container_workspace_root."
    container_workspace=$container_workspace_root
    volume=$host_workspace:$container_workspace
  fi
  case $volume in *';'*) fail 215 "Shifter cannot mount '$host_workspace': a semicolon ends a volume." ;; esac
  command=(${as_step_user[@]+"${as_step_user[@]}"} "$runtime_path" "--image=$source")
  [ -z "$volume" ] || command+=("--volume=$volume")
  for bind in ${present_binds[@]+"${present_binds[@]}"}; do command+=("--volume=$bind"); done
  command+=(${gpu_words[@]+"${gpu_words[@]}"} ${runtime_words[@]+"${runtime_words[@]}"} --)
  # It hands the node's environment on; the step takes off what is not its own.
  leaked=$(compgen -e | grep -v -x -E 'PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG' | tr '\n' ' ')
}
usual_gpu_words_shifter=(--module=gpu)
