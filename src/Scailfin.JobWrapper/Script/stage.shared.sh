
# --- staging: the workspace itself is used, in place

host_workspace=$workspace

stage_in() {
  cd "$workspace" || fail 214 "The workspace '$workspace' cannot be entered on ${HOSTNAME:-this node}."
  [ -w . ] || fail 214 "The workspace '$workspace' cannot be written on ${HOSTNAME:-this node}."
}

# Nothing travels. What the step made is listed if that can be found out soon; other steps may work in the same place.
stage_out() {
  : >"$work/changed"
  [ -e "$work/stamp" ] && cd "$workspace" || return 0
  attend 20 files_since >"$work/changed" || warn "The step's outputs were not listed: looking for them took too long, or failed."
  list_outputs
}

files_since() {
  find . -path ./.scailfin -prune -o -type f -newer "$work/stamp" -printf 'f %s/ %p\0' | tr '\n\0' '\1\n' | sort
}

deliver() { write_receipt "$dir/receipt.json"; }
