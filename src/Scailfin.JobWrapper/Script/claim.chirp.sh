
# --- the submit host, through HTCondor's I/O proxy, with whatever tool this node has

chirp_tool=''
libexec=''
find_chirp() { # PROGRAM: sets REPLY to its path
  local place
  REPLY=$(type -P "$1") && return # not our functions of such names
  [ -n "$libexec" ] || libexec=$(condor_config_val LIBEXEC 2>/dev/null) || libexec=/usr/libexec/condor
  for place in "$libexec" /usr/libexec/condor /usr/lib/condor/libexec /usr/lib64/condor/libexec /opt/condor/libexec; do
    REPLY=$place/$1
    if [ -x "$REPLY" ]; then return; fi
  done
  return 1
}

# These tools look for their configuration in the directory that the job started in.
in_start_directory() { (cd "$start_directory" && "$@"); }
tool() { in_start_directory "$chirp_tool" "$@"; }

chirp_get() { # NAME FILE
  case $chirp_tool in
    */condor_chirp) tool fetch "$directory/$1" "$2" ;;
    */chirp_put) find_chirp chirp_get && in_start_directory "$REPLY" CONDOR "$directory/$1" "$2" ;;
    *) tool cp "/chirp/CONDOR$directory/$1" "$2" ;;
  esac
}

chirp_put() { # FILE PATH
  case $chirp_tool in
    */condor_chirp) tool put -perm 0600 "$1" "$2" ;;
    */chirp_put) tool - CONDOR "$2" <"$1" ;; # by its name, an empty file makes it wait for ever
    *) tool cp "$1" "/chirp/CONDOR$2" ;;
  esac
}

chirp_read() { # PATH: to standard output
  case $chirp_tool in
    */condor_chirp) tool fetch "$1" - ;;
    */chirp_put) find_chirp chirp_get && in_start_directory "$REPLY" CONDOR "$1" - ;;
    *) tool cat "/chirp/CONDOR$1" ;;
  esac
}

chirp_rename() { # PATH PATH
  case $chirp_tool in
    */condor_chirp)
      # This tool cannot rename; it can link.
      tool remove "$2" 2>/dev/null
      tool link "$1" "$2" && tool remove "$1"
      ;;
    */chirp_put) chirp_command mv "$1" "$2" ;;
    *) tool mv "/chirp/CONDOR$1" "/chirp/CONDOR$2" ;;
  esac
}

chirp_discard() { # PATH: at least its content
  case $chirp_tool in
    */condor_chirp) tool remove "$1" ;;
    */chirp_put) tool - CONDOR "$1" </dev/null ;; # the proxy does not let these tools remove a file
    *) tool rm "/chirp/CONDOR$1" ;;
  esac
}

chirp_command() { # COMMAND ARGUMENT...: of cctools' chirp
  find_chirp chirp && in_start_directory "$REPLY" CONDOR "$@"
}

# Exclusive, whoever asks with whatever tool: a directory and a file of one name exclude each other.
chirp_claim() {
  local found=''
  case $chirp_tool in
    */condor_chirp)
      printf '%s\n' "$claimant" >"$work/claim"
      tool put -mode wcx -perm 0600 "$work/claim" "$directory/claim" && return
      # It may be ours after all, if only the answer was lost.
      tool fetch "$directory/claim" "$work/claimed" && read -r found <"$work/claimed" && [ "$found" = "$claimant" ]
      ;;
    */chirp_put) chirp_command mkdir "$directory/claim" ;;
    *) tool mkdir "/chirp/CONDOR$directory/claim" ;;
  esac
}

chirp_claimed() { # whether somebody has the claim
  case $chirp_tool in
    */condor_chirp) tool stat "$directory/claim" ;;
    */chirp_put) chirp_command stat "$directory/claim" ;;
    *) tool test -e "/chirp/CONDOR$directory/claim" ;;
  esac >/dev/null 2>&1
}

# --- claim, on the submit host: whoever makes this name there runs the step; a second copy changes nothing

mark_launched() { :; }

claim() {
  local program code
  exec </dev/null 9>&1 >/dev/null
  begin claim
  started=$phase_began
  for program in condor_chirp chirp_put parrot_run; do
    find_chirp "$program" && chirp_tool=$REPLY && break
  done
  [ -n "$chirp_tool" ] || {
    printf 'scailfin: job %s cannot reach the submit host: condor_chirp, chirp_put and parrot_run are neither on PATH nor in the libexec directory of HTCondor\n' "$identity" >&2
    exit 210
  }
  make_work
  [ -n "$work" ] && start_watch || { printf 'scailfin: job %s finds no scratch directory that can be written\n' "$identity" >&2; exit 217; }
  set_random
  claimant=$REPLY
  attend 120 chirp_claim 2>"$work/claim.log" || {
    cat "$work/claim.log" >&2
    if attend 60 chirp_claimed; then code=213; else code=217; fi
    end_watch
    rm -rf "$work"
    exit "$code"
  }
  dir=$work/files
  mkdir "$dir" && exec 2>>"$dir/wrapper.log"
  output=$dir/output
}
