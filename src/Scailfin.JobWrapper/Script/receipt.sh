
# --- the receipt, and every way to end

message='' failed_phase='' exit_code=0 step_code=null step_signal=null
runtime='' runtime_path='' runtime_version='' source='' digest=''
launched='' logger='' step_started=null may_have_run=false
cpu_ms=null peak_memory=null peak_source='' bytes_in=null bytes_out=null
archive_text=null log_cut=false outputs='' output_count=0

set_json_or_null() { # TEXT: sets json to a string, or to null for an empty text
  json=null
  [ -z "$1" ] || { set_json "$1" && json=\"$json\"; }
}

# Members of the receipt: NAME TEXT
member() { set_json "$2" && printf '"%s":"%s",' "$1" "$json"; }
member_or_null() { set_json_or_null "$2" && printf '"%s":%s,' "$1" "$json"; }

set_kernel() {
  local kind release
  { read -r kind </proc/sys/kernel/ostype && read -r release </proc/sys/kernel/osrelease && REPLY="$kind $release"; } 2>/dev/null || REPLY=$(uname -sr)
}

receipt_text() {
  set_kernel
  set_now
  printf '{"version":1,"wrapper_version":"%s","job_id":"%s","attempt":%s,"nonce":"%s",' "$wrapper_version" "$job_id" "$attempt" "$nonce" &&
    printf '"exit_code":%s,"cause":"%s",' "$exit_code" "$cause" &&
    member_or_null failed_phase "$failed_phase" && member message "$message" &&
    printf '"step_exit_code":%s,"signal":%s,"step_may_have_run":%s,' "$step_code" "$step_signal" "$may_have_run" &&
    printf '"runtime":"%s","launcher":"%s",' "$runtime" "$launcher" &&
    member runtime_version "$runtime_version" && member runtime_path "$runtime_path" &&
    member image "${source:-$image}" && member_or_null image_digest "$digest" &&
    member host "${HOSTNAME:-}" && member kernel "$REPLY" &&
    printf '"started_at":%s,"step_started_at":%s,"ended_at":%s,"phases":[%s],' "$started" "$step_started" "$now" "$phases" &&
    printf '"cpu_ms":%s,"peak_memory_bytes":%s,"peak_memory_source":"%s",' "$cpu_ms" "$peak_memory" "$peak_source" &&
    printf '"bytes_in":%s,"bytes_out":%s,"archive":%s,"log_cut":%s,' "$bytes_in" "$bytes_out" "$archive_text" "$log_cut" &&
    printf '"outputs":[%s],"output_count":%s,"warnings":[%s]}\n' "$outputs" "$output_count" "$warnings"
}

# Whole or not at all, and on the disk before anybody can see it. Where there is no room, it is written over the room that was kept for it, whose
# blanks may follow it; lists that are longer than that are left out. The last resort gives that room back.
write_receipt() { # FILE
  new_receipt "$1.tmp" && mv -f "$1.tmp" "$1" && return
  if [ $((${#outputs} + ${#warnings})) -gt 50000 ]; then
    outputs='' warnings=''
    new_receipt "$1.tmp" && mv -f "$1.tmp" "$1" && return
  fi
  [ -n "$reserve" ] && keep_receipt "$reserve" && mv -f "$reserve" "$1" && return
  [ -z "$reserve" ] || : >"$reserve"
  rm -f "$1.tmp"
  outputs='' warnings=''
  new_receipt "$1" || { rm -f "$1" && false; }
}
reserve=''

new_receipt() { : >"$1" && keep_receipt "$1"; } # FILE

keep_receipt() { # FILE: a file system may say only here, or not at all, that it had no room: what is in the file counts
  receipt_text 1<>"$1" && { sync "$1" 2>/dev/null || sync; } && IFS= read -r REPLY <"$1" && case $REPLY in '{'*'}') ;; *) false ;; esac
}

fail() { # EXIT_CODE MESSAGE: ends the job in the phase that it is in
  failed_phase=$phase exit_code=$1 message=$2
  if [ -n "$cause" ]; then
    exit_code=143
    case $cause in
      timeout) message="The time limit of $timeout_s s was over in phase $phase." ;;
      *) message="The job was stopped in phase $phase." ;;
    esac
  fi
  say "[Error] $message"
  finish
}

next() { # PHASE: begins it; a stop that no command of the phase before noticed ends the job in that one
  [ -z "$cause" ] || fail 143 ''
  begin "$1"
}

say() { # LINE: to the job's main stream
  printf '%s\n' "$1" >>"$output"
  if [ -n "$echoes_output" ]; then printf '%s\n' "$1" >&9; fi
}

finish() {
  insist_on_the_rest
  begin ''
  clean_runtime attend 60
  [ -z "$logger" ] || end_group "$logger" # without a step, it waits for one for ever
  deliver || { [ "$exit_code" -ne 0 ] || exit_code=216; }
  end_watch
  cd / && { rm -rf "$work" ${reserve:+"$reserve"} || { chmod -R u+rwx "$work" && rm -rf "$work"; }; } 2>/dev/null
  exit "$exit_code"
}
clean_runtime() { :; }
