
# --- runtime bubblewrap

bubblewrap_can_run() { [ -n "$root" ]; }

# It tells its version in a container of the kind that the step will have: not every node lets every user make one.
bubblewrap_answers() {
  if [ -n "$step_user" ]; then
    on_site_path setpriv && on_site_path unshare || { printf '%s\n' "root starts no step without setpriv and unshare, which are not on PATH" >"$work/version" && return 1; }
    own_mounts=(unshare --mount --propagation private --)
    bubblewrap_says_version
    return
  fi
  if [ -n "$workspace_is" ] && bubblewrap_says_version --ro-bind-fd 7 /dev/probe 7</; then by_descriptor=yes && return; fi
  bubblewrap_says_version # an older one takes paths only
}
own_mounts=() # in front of a command that has mounts of its own
bubblewrap_says_version() { # OPTION...
  attend 20 at_site ${own_mounts[@]+"${own_mounts[@]}"} ${as_step_user[@]+"${as_step_user[@]}"} "$runtime_path" --unshare-all --share-net --as-pid-1 --die-with-parent --ro-bind / / --proc /proc --dev /dev "$@" -- \
    "$runtime_path" --version >"$work/version" 2>"$work/version.log"
}

bubblewrap_prepare() { source=$root; }

links=() link_places=()
# Mounts every entry of the image but those on the way to the workspace, so that its path need not exist in the image.
bind_around() { # PREFIX REST: PREFIX is bound already as far as it is on the way, REST is the rest of the workspace's path
  local entry name head=${2%%/*}
  for entry in "$root$1"/* "$root$1"/.[!.]*; do
    name=${entry##*/}
    [ -e "$entry" ] || [ -L "$entry" ] || continue
    case $1/$name in /proc | /dev | /sys | /tmp) continue ;; esac
    if [ "$name" = "$head" ]; then
      [ "$head" = "$2" ] || [ -L "$entry" ] || bind_around "$1/$name" "${2#*/}"
    elif [ -L "$entry" ] && [ "$entry" -ef "$root/usr/$name" ] && [ -z "$1" ]; then
      command+=(--symlink "usr/$name" "/$name") # as most images have it
    elif [ -L "$entry" ]; then
      links+=("$entry") link_places+=("$1/$name")
    else
      command+=(--ro-bind "$image_at$1/$name" "$1/$name")
    fi
  done
}

add_links() { # those of the image, as they are
  local at targets=()
  [ ${#links[@]} -gt 0 ] || return 0
  readlink "${links[@]}" >"$work/links"
  while IFS= read -r at; do targets+=("$at"); done <"$work/links"
  if [ ${#targets[@]} -ne ${#links[@]} ]; then # a newline in one of them, or a readlink that takes one name only
    targets=()
    for at in "${links[@]}"; do targets+=("$(readlink "$at")"); done
  fi
  for at in "${!links[@]}"; do command+=(--symlink "${targets[$at]}" "${link_places[$at]}"); done
}

bubblewrap_command() {
  local bind source_path device image_at=$root workspace_at=$host_workspace empty_at=$work/empty
  command=()
  if [ -n "$step_user" ]; then
    # Root finds image and workspace, which the step's user need not be able to reach by their paths, and mounts them for this step alone.
    image_at=/run/scailfin/image workspace_at=/run/scailfin/workspace empty_at=/run/scailfin/empty enters_workspace=yes
    [ -d "$empty_at" ] || (umask 022 && mkdir -p "$image_at" "$workspace_at" "$empty_at") || fail 217 "The directory /run/scailfin cannot be made."
    # shellcheck disable=SC2016 # expanded by that shell
    command=("${own_mounts[@]}" sh -c 'mount -c --rbind . "$1" && mount --rbind "$0" "$2" && shift 2 && cd / && exec "$@"'
      "$root" "$workspace_at" "$image_at" "${as_step_user[@]}")
  fi
  # Its process 1 is bubblewrap itself: the step can read what that has in its environment.
  command+=(env -i "$runtime_path" --unshare-all --share-net --die-with-parent --clearenv --setenv PATH "$container_path" --setenv HOME /tmp)
  command+=(--tmpfs / --proc /proc --dev /dev --tmpfs /dev/shm --tmpfs /tmp)
  bind_around '' "${container_workspace#/}"
  add_links
  if [ ! -L "$root/etc" ] && [ ! -L "$root/etc/resolv.conf" ] && [ -f "$root/etc/resolv.conf" ] && [ -f /etc/resolv.conf ]; then
    command+=(--ro-bind /etc/resolv.conf /etc/resolv.conf)
  fi
  for bind in ${present_binds[@]+"${present_binds[@]}"}; do
    source_path=${bind%:ro}
    # Bubblewrap makes its mount points while this node's files are still in reach: no link may stand on the way to one.
    set_in_image "${source_path##*:}" || fail 212 "The image's links on the way to '${source_path##*:}', where the site binds something, go round."
    case $bind in
      *:ro) command+=(--ro-bind "${source_path%%:*}" "$REPLY") ;;
      *) command+=(--bind "${source_path%%:*}" "$REPLY") ;;
    esac
  done
  if [ "$gpus" != 0 ]; then
    for device in /dev/nvidia* /dev/dri /dev/kfd; do
      [ ! -e "$device" ] || command+=(--dev-bind "$device" "$device")
    done
  fi
  # In an image that has /var without it, there is no place to mount it on.
  if [ -L "$root/var" ] || [ -L "$root/var/tmp" ]; then :; elif [ -d "$root/var/tmp" ] || [ ! -e "$root/var" ]; then command+=(--tmpfs /var/tmp); fi
  if [ -n "$by_descriptor" ]; then command+=(--bind-fd 7 "$container_workspace"); else command+=(--bind "$workspace_at" "$container_workspace"); fi
  [ -z "$hidden" ] || command+=(--bind "$empty_at" "$hidden")
  command+=(--chdir "$container_workspace" ${gpu_words[@]+"${gpu_words[@]}"} ${runtime_words[@]+"${runtime_words[@]}"})
  # Root's step could set the node's kernel, and undo what follows.
  [ "$EUID" != 0 ] || [ -n "$step_user" ] || command+=(--ro-bind /proc/sys /proc/sys --cap-drop ALL --cap-add CAP_CHOWN --cap-add CAP_DAC_OVERRIDE --cap-add CAP_FOWNER)
  command+=(--remount-ro /dev --remount-ro / --)
}
