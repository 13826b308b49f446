
fetch_input() {
  local try
  for try in 1 2 3; do
    chirp_get input.tar "$input" && input_is_whole && return
    rm -f "$input"
    # Where the script does not say what comes, no archive is an empty workspace; one that does not come is a failure.
    if [ -z "$input_size" ]; then
      ! chirp_exists "$directory/input.tar"
      return
    fi
    [ "$try" = 3 ] || sleep "$try"
  done
  return 1
}
chirp_exists() { # PATH
  case $chirp_tool in
    */condor_chirp) tool stat "$1" ;;
    */chirp_put) chirp_command stat "$1" ;;
    *) tool test -e "/chirp/CONDOR$1" ;;
  esac >/dev/null
}

# The receipt goes last: who sees it finds the rest.
send_home() {
  local name
  for name in output.tar output wrapper.log; do
    send "$name" || stage_out_failed "$name could not be sent to the submit host: $REPLY"
  done
  write_receipt "$dir/receipt.json" && send receipt.json
}

send() { # NAME: in a few tries, because a disk may be full for a moment; where none succeeds, REPLY says why
  local file=$dir/$1 size sum try code=1
  # The tools' complaints go to the log, also while it is sent.
  if [ "$1" = wrapper.log ]; then cp "$file" "$work/wrapper.log" && file=$work/wrapper.log; fi
  attend "$stage_timeout_s" measure_file near "$file" && set_measured near || { REPLY="'$file' cannot be read" && return 1; }
  for try in 1 2 4 0; do
    attend "$stage_timeout_s" chirp_send "$file" "$1" "$size" "$sum"
    code=$?
    [ "$code" -ne 0 ] || return 0
    [ "$code" -ne 124 ] && [ "$try" != 0 ] || break
    sleep "$try"
  done
  REPLY=$(last_complaint)
  [ "$code" -ne 124 ] || REPLY="it took longer than $stage_timeout_s s"
  # Room for the receipt.
  attend 60 chirp_discard "$directory/.$1.$$" 2>/dev/null
  return 1
}

# Under a temporary name first: nobody there sees half a file. These tools succeed on a full disk: what counts is what can be read back.
chirp_send() { # FILE NAME SIZE SHA256
  local part=$directory/.$2.$$
  set -o pipefail
  chirp_put "$1" "$part" || return
  chirp_read "$part" | measure far || empty_file_exists "$3" "$part" || { printf '%s cannot be read back from the submit host\n' "$2" >&2 && return 1; }
  is_whole far "$3" "$4" || {
    case $REPLY in *' of '*) REPLY="$REPLY; no space left on the submit machine?" ;; esac
    printf '%s\n' "$REPLY" >&2
    return 1
  }
  chirp_rename "$part" "$directory/$2"
}

# HTCondor 25's condor_chirp fails when it fetches an empty file.
empty_file_exists() { # SIZE PATH
  [ "$1" = 0 ] && chirp_exists "$2"
}
