
# --- claim: whoever makes this directory runs the step; a second copy changes nothing

mark_launched() { printf '%s\n' "$1" >"$dir/claim/started"; }

claim() {
  local stat
  dir=$directory
  [ -n "$dir" ] || dir=${_CONDOR_SCRATCH_DIR:-$PWD}
  exec </dev/null 9>&1 >/dev/null
  if [ -e "$dir/claim" ]; then exit 213; fi
  mkdir "$dir/claim" 2>/dev/null || {
    if [ -e "$dir/claim" ]; then exit 213; fi
    printf 'scailfin: the directory %s of job %s cannot be written\n' "$dir" "$identity" >&2
    exit 217
  }
  begin claim
  started=$phase_began
  output=$dir/output
  read -r stat <"/proc/$$/stat"
  # shellcheck disable=SC2086 # the fields of /proc/PID/stat behind the name; the 20th is the start time
  set -- ${stat##*) }
  # Whoever looks for us must find out who we are; if that cannot be written (full disk), the attempt ends here, with the claim. Room for the
  # receipt is taken now, because the step may fill the disk. The line is whole once it ends.
  { printf '%s %s\n' "$$" "${20}" >"$dir/claim/owner" && printf %065536d 0 >"$dir/claim/reserve"; } 2>/dev/null || {
    rm -f "$dir/claim/reserve"
    printf 'scailfin: the directory %s of job %s has no room\n' "$dir" "$identity" >&2
    exit 217
  }
  exec 2>>"$dir/wrapper.log"
  make_work
  [ -z "$work" ] || start_watch || work=''
}
