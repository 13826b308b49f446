
# --- measuring: processor time, memory, and whether the kernel killed for lack of it

memory_group='' # directory of our control group, where it can be read
find_memory_group() {
  local line kind top point kinds
  while IFS= read -r line; do
    case $line in
      0::/*) kind='cgroup2 ' ;;
      *:memory:/* | *:memory,*:/*) kind='cgroup ' ;; # version 1
      *) continue ;;
    esac
    # In a container the file system may begin with the container's own group.
    while read -r _ _ _ top point kinds; do
      case "$kinds," in *" - $kind"*) ;; *) continue ;; esac
      case $kind$kinds, in 'cgroup2 '* | *,memory,*) ;; *) continue ;; esac
      point=$point/${line#*:*:/}
      [ "$top" = / ] || point=${point/"$top"/}
      if [ -r "$point/memory.events" ] || [ -r "$point/memory.oom_control" ]; then memory_group=${point%/} && return; fi
    done </proc/self/mountinfo
  done </proc/self/cgroup
}

oom_kills() { # how many processes of our control group the kernel has killed for lack of memory so far
  [ -n "$memory_group" ] || return 0
  cat "$memory_group/memory.events" "$memory_group/memory.oom_control" 2>/dev/null | sed -n 's/^oom_kill //p' | head -n 1
}

own_peak() { # in a group that the scheduler made for this job; a login session's tells about others too
  case $memory_group in
    *slurm* | *condor* | *job* | *pbs* | *sge* | *lsf*) cat "$memory_group/memory.peak" "$memory_group/memory.max_usage_in_bytes" 2>/dev/null | head -n 1 ;;
  esac
}

wrapper_lives() { # not so if it is gone, or a zombie
  local pages=0
  read -r _ pages _ <"/proc/$$/statm"
  [ "${pages:-0}" != 0 ]
} 2>/dev/null

abandon_step() { # this wrapper was killed: nobody waits for the step any more, and nothing of it may stay
  launcher_signal KILL
  kill -KILL -- "-$step" "-$timer"
  clean_runtime
  if [ "$runtime" = none ]; then kill_strays; fi
  exit
}

# The largest sum over the step's processes that was seen; less and less often.
sample_memory() {
  local page wait sum peak=0
  trap '' TERM INT HUP USR1 USR2 XCPU
  page=$(getconf PAGESIZE 2>/dev/null || printf 4096)
  for wait in 0.1 0.2 0.4 0.8 1.5 3; do
    while sleep "$wait"; do
      wrapper_lives || abandon_step
      sum=0
      add_memory "$step"
      [ "$sum" != 0 ] || return
      [ "$sum" -le "$peak" ] || { peak=$sum && printf '%s\n' "$((peak * page))" >"$work/peak"; }
      [ "$wait" = 3 ] || break
    done
  done
}

add_memory() { # PID: adds its pages and its children's to sum
  local pages='' children='' child _
  read -r _ pages _ <"/proc/$1/statm" || return
  sum=$((sum + pages))
  read -r children <"/proc/$1/task/$1/children"
  for child in $children; do add_memory "$child"; done
} 2>/dev/null

cpu_between() { # FILE FILE: what "times" said before and after; prints milliseconds of our children
  awk '
    function ms(text, parts) { split(text, parts, /[ms]/); return parts[1] * 60000 + parts[2] * 1000 }
    FNR == 2 { value[++n] = ms($1) + ms($2) }
    END { if (n == 2) printf "%d", value[2] - value[1] }' "$1" "$2"
}

measure_end() { # EXIT_CODE of the step
  local kills
  # Out of our sight, the runtime's own processes are all that we would measure.
  case $launcher/$runtime in
    none/podman*) ;;
    none/*)
      cpu_ms=$(cpu_between "$work/times.before" "$work/times.after")
      if [ -s "$work/peak" ]; then peak_memory=$(<"$work/peak") peak_source=sampled; fi
      ;;
  esac
  : "${cpu_ms:=null}"
  if kills=$(own_peak) && [ -n "$kills" ]; then peak_memory=$kills peak_source=cgroup; fi
  kills=$(oom_kills)
  [ "${kills:-0}" -gt "${oom_before:-0}" ] || return 0
  if [ "$1" = 137 ] && [ -z "$cause" ]; then
    cause=out_of_memory message='The step was killed because the memory of the job was used up.'
    say "[scailfin] $message"
  else
    warn "Processes of this job were killed because its memory was used up: $((kills - ${oom_before:-0}))."
  fi
}
