
# --- strays: what a step leaves running where no pid namespace ends it

strays=0 # how many there were

end_strays() {
  local _ pid found
  case $runtime in none | shifter) ;; *) return ;; esac
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    found=()
    while read -r pid; do add_stray "$pid"; done <<<"$(grep -l -z -s -x "SCAILFIN_ATTEMPT=$identity" /proc/[0-9]*/environ)"
    for pid in /proc/[0-9]*/stat; do
      # Neither group nor environment holds a process that does not want it; but it has our stream open, as long as it may disturb us.
      if is_of_step "${pid%/stat}"; then add_stray "$pid"; fi
    done
    [ ${#found[@]} -gt 0 ] || break
    [ "$strays" != 0 ] || strays=${#found[@]}
    kill -KILL "${found[@]}"
  done
} 2>/dev/null

add_stray() { # /proc/PID/FILE: to found, once
  local pid=${1#/proc/}
  pid=${pid%%/*}
  case " ${found[*]-} " in *" $pid "*) ;; *) [ -z "$pid" ] || found+=("$pid") ;; esac
}

is_of_step() { # /proc/PID
  local line
  [ -O "$1" ] && read -r line <"$1/stat" || return
  # shellcheck disable=SC2086 # fields: state, parent, group
  set -- "$1" ${line##*) }
  case $2 in Z | X) return 1 ;; esac
  [ "$4" = "$step" ] || [ "$1/fd/1" -ef "$work/stream" ] || [ "$1/fd/2" -ef "$work/stream" ]
}
