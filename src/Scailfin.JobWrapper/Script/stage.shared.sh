
# --- staging: the workspace itself is used, in place

name_staged() {
  host_workspace=$workspace workspace_now=$workspace
  [ -z "$workspace_is" ] || workspace_now=/proc/self/fd/7
}

stage_in() {
  cd -P "$workspace" || fail 214 "The workspace '$workspace' cannot be entered on ${HOSTNAME:-this node}."
  # Another job's step may have put a link in its place since the service looked. From here on it is used by descriptor.
  [ -z "$workspace_is" ] || [ "$PWD" = "$workspace_is" ] || fail 214 "The workspace '$workspace' was replaced: it leads to '$PWD'."
  [ -z "$workspace_is" ] || { host_workspace=$workspace_is && exec 7<.; }
  [ -w . ] || fail 214 "The workspace '$workspace' cannot be written on ${HOSTNAME:-this node}."
}

# Nothing travels. What the step made is listed if that can be found out soon; other steps may work in the same place.
stage_out() {
  [ -e "$work/stamp" ] && cd "$workspace_now" || return 0
  attend 20 files_since >"$work/found" || warn "The step's outputs were not listed: looking for them took too long, or failed."
  [ -s "$work/found" ] || return 0
  tr '\n\0' '\1\n' <"$work/found" | sort >"$work/changed"
  list_outputs
}

files_since() { # in a process of its own
  exec find . -path ./.scailfin -prune -o -type f -newer "$work/stamp" -printf 'f %s/ %p\0'
}

deliver() { write_receipt "$dir/receipt.json"; }
