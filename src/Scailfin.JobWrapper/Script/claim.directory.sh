
# --- claim: whoever makes this directory runs the step; a second copy changes nothing

mark_launched() { printf '%s\n' "$1" >"$dir/claim/started"; }

refuse() { # without evidence nothing is run; the reason goes to the scheduler, and into the receipt if the service made room for it
  set -- "$({ : <"/proc/$$/stat" && printf %65536s '' >"$dir/claim/room"; } 2>&1)"
  message="the directory $dir of job $identity has no room: ${1##*: }"
  printf 'scailfin: %s\n' "$message" >&2
  failed_phase=claim exit_code=217
  write_receipt "$dir/receipt.json" 2>/dev/null
  rm -f "$dir/claim/room" "$reserve"
  exit 217
}

claim() {
  local stat=''
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
  reserve=$dir/reserve
  [ -s "$reserve" ] || reserve=$dir/claim/reserve
  # Whoever looks for us must find out who we are. Room for the receipt is taken before the step, which may fill the disk; the service may have
  # taken it already. Without either the attempt ends here, with the claim. The line is whole once it ends.
  # shellcheck disable=SC2086 # the fields of /proc/PID/stat behind the name; the 20th is the start time
  {
    read -r stat <"/proc/$$/stat" && set -- ${stat##*) } && printf '%s %s\n' "$$" "${20}" >"$dir/claim/owner" && { [ -s "$reserve" ] || printf %65536s '' >"$reserve"; }
  } 2>/dev/null || refuse
  exec 2>>"$dir/wrapper.log"
  make_work
  [ -z "$work" ] || start_watch || work=''
}
