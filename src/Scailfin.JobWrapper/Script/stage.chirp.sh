
fetch_input() {
  # No archive is an empty workspace; one that does not come is a failure.
  chirp_get input.tar "$input" || { rm -f "$input"; ! chirp_has_input; }
}
chirp_has_input() {
  case $chirp_tool in
    */condor_chirp) tool stat "$directory/input.tar" ;;
    */chirp_put) chirp_command stat "$directory/input.tar" ;;
    *) tool test -e "/chirp/CONDOR$directory/input.tar" ;;
  esac >/dev/null
}

# The receipt goes last: who sees it finds the rest.
send_home() {
  local file
  for file in output.tar output wrapper.log; do
    insist chirp_send "$dir/$file" "$file" && continue
    stage_out_failed "$file could not be sent to the submit host"
  done
  write_receipt "$dir/receipt.json"
  insist chirp_send "$dir/receipt.json" receipt.json
}

insist() { # COMMAND...: three times; the way home may be shaky
  local try
  for try in 1 2 3; do
    attend "$stage_timeout_s" "$@" && return
    [ "$try" = 3 ] || sleep "$try"
  done
  return 1
}
