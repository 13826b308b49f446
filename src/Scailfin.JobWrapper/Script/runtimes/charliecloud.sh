
# --- runtime charliecloud

charliecloud_can_run() { [ -n "$root" ] || { [ -n "$name" ] && on_site_path ch-image; }; }

# It tells its version in name spaces of the kind that it makes for the step: not every node lets every user make them.
charliecloud_answers() {
  # ch-run has no option that drops capabilities, and binds the node's /dev and /sys.
  [ "$EUID" != 0 ] || {
    printf '%s\n' "a step that root starts in it keeps root's power over this node, its devices and its kernel" >"$work/version"
    return 1
  }
  set_user
  attend 20 at_site env "USER=$user" "${charliecloud_spaces[@]}" unshare --user --mount "$runtime_path" --version >"$work/version" 2>&1
}
charliecloud_spaces=(unshare --pid --fork --kill-child=KILL --mount-proc --user --map-current-user)

charliecloud_prepare() {
  source=$root
  [ -z "$root" ] || return 0
  make_cache
  source=$cache/$(cached_name "$name")
  [ -d "$source" ] || pull with_lock "$source.lock" charliecloud_pull "$source"
  root=$source
}

charliecloud_pull() { # DIRECTORY
  local part=$1.$identity
  [ ! -d "$1" ] || return 0
  (at_site ch-image -s "$cache/ch-image" pull "$name") && (at_site ch-convert -s "$cache/ch-image" -i ch-image -o dir "$name" "$part") &&
    mv "$part" "$1" 2>/dev/null || [ -d "$1" ] || { rm -rf "$part"; return 1; }
}

charliecloud_command() {
  local bind top rest
  # Its bind targets must exist: an empty skeleton of the workspace's path is bound first, the workspace inside it.
  rest=${container_workspace#/} && top=/${rest%%/*}
  mkdir -p "$work/skeleton${container_workspace#"$top"}" "$work/skeleton/tmp" "$work/var-tmp"
  case $top in /tmp) ;; *) chmod -R a-w "$work/skeleton" ;; esac
  command=("${charliecloud_spaces[@]}")
  step_is_init=yes step_home=/tmp # its own choice is read-only
  set_user
  command+=(env -i "USER=$user" HOME=/tmp "PATH=$container_path" "$runtime_path" --no-passwd --private-tmp)
  # Where the image does not have the first of its directories, it is made in memory.
  [ -d "$root$top" ] || command+=(--write-fake)
  command+=(-b "$work/skeleton:$top")
  if [ "$top" = /var ]; then
    command+=(-b "$work/var-tmp:/var/tmp")
  elif set_in_image /var/tmp && [ -d "$root$REPLY" ]; then
    command+=(-b "$work/var-tmp:$REPLY")
  fi
  command+=(-b "$host_workspace:$container_workspace")
  [ -z "$hidden" ] || command+=(-b "$work/empty:$hidden")
  for bind in ${present_binds[@]+"${present_binds[@]}"}; do command+=(-b "${bind%:ro}"); done # all but the workspace's skeleton is read-only
  # ch-run reads it as this node sees it.
  if [ ! -L "$root/ch" ] && [ ! -L "$root/ch/environment" ] && [ -f "$root/ch/environment" ]; then command+=(--set-env); fi
  command+=(-c "$container_workspace" ${gpu_words[@]+"${gpu_words[@]}"} ${runtime_words[@]+"${runtime_words[@]}"} "$root" --)
}
