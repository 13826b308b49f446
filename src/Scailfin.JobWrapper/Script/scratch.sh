
# --- a directory of our own, for pipes and for files that only we may see

make_work() {
  local place
  if [ "$staging" = shared ]; then
    # Beside the claim: the nodes of an allocation see it, and whoever clears the attempt away clears it away too.
    work=$dir/work
    mkdir "$work" "$work/empty" && make_pipes && return
  else
    for place in "${scratch_places[@]}" /tmp; do
      set_place "$place" && [ -d "$place" ] && [ -w "$place" ] || continue
      work=$(mktemp -d "$place/scailfin-$identity.XXXXXX") && make_pipes && return
    done
  fi 2>/dev/null
  work=''
}

make_pipes() { mkfifo "$work/orders" "$work/stream" "$work/lifeline" || { rm -rf "$work" && return 1; }; }

make_cache() { # where images are kept for the jobs of this user on this node; sets cache
  local place
  for place in ${image_cache_places[@]+"${image_cache_places[@]}"} "${scratch_places[@]}" /tmp; do
    set_place "$place" && [ -d "$place" ] && [ -w "$place" ] || continue
    # HTCondor's own scratch directory is gone with the job: no place to keep anything.
    case $place in "${_CONDOR_SCRATCH_DIR:-/nowhere}"*) continue ;; esac
    cache=$place/scailfin-images-$EUID
    # Not somebody else's: what stands in there will be run.
    if { mkdir -m 700 "$cache" 2>/dev/null || [ -d "$cache" ]; } && [ -O "$cache" ] && [ ! -L "$cache" ]; then return; fi
  done
  cache=$work/images
  mkdir "$cache"
}
