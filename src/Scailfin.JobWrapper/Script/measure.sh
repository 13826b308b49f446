
# --- measuring: processor time, memory, and whether the kernel killed for lack of it

memory_group='' # directory of our control group, where it can be read
find_memory_group() {
  local line kind group top point
  while IFS= read -r line; do
    case $line in
      *:memory:/* | *:memory,*:/*) kind='* - cgroup *,memory,*' ;; # version 1
      0::/*) kind='* - cgroup2 *' ;;
      *) continue ;;
    esac
    group=/${line#*:*:/}
    while IFS= read -r line; do
      # shellcheck disable=SC2254 # a pattern
      case "$line," in $kind) ;; *) continue ;; esac
      line=${line#* * * } # root, mount point and more
      top=${line%% *} line=${line#* }
      # In a container the file system may begin with the container's own group.
      point=${line%% *}$group
      [ "$top" = / ] || point=${point/"$top"/}
      if [ -r "$point/memory.events" ] || [ -r "$point/memory.oom_control" ]; then memory_group=${point%/} && return; fi
    done </proc/self/mountinfo
  done </proc/self/cgroup
}

set_oom_kills() { # sets REPLY: how many processes of our control group the kernel has killed for lack of memory so far
  local file name count
  for file in "$memory_group/memory.events" "$memory_group/memory.oom_control"; do
    [ -n "$memory_group" ] && [ -r "$file" ] || continue
    while read -r name count; do
      if [ "$name" = oom_kill ]; then REPLY=$count && return; fi
    done <"$file"
  done 2>/dev/null
  REPLY=0
}

set_own_peak() { # sets REPLY, in a group that the scheduler made for this job; a login session's tells about others too
  case $memory_group in
    *slurm* | *condor* | *job* | *pbs* | *sge* | *lsf*) first_line "$memory_group/memory.peak" "$memory_group/memory.max_usage_in_bytes" ;;
    *) return 1 ;;
  esac
}

set_children_ms() { # FILE: sets REPLY, the processor time of our children in milliseconds, from what "times" wrote
  local time seconds
  REPLY=0
  { read -r _ && read -r -a children_times; } <"$1" || return
  for time in "${children_times[@]}"; do # 0m0.012s
    seconds=${time#*m} seconds=${seconds%s}
    case ${time%%m*}${seconds/[.]/} in '' | *[!0-9]*) return 1 ;; esac
    REPLY=$((REPLY + 10#${time%%m*} * 60000 + 10#${seconds%.*} * 1000 + 10#${seconds#*.}))
  done
}

measure_end() { # EXIT_CODE of the step
  local before
  # Out of our sight, the runtime's own processes are all that we would measure.
  case $launcher/$runtime in
    none/podman*) ;;
    none/*)
      set_children_ms "$work/times.before" && before=$REPLY && set_children_ms "$work/times.after" && cpu_ms=$((REPLY - before))
      if first_line "$work/peak"; then peak_memory=$REPLY peak_source=sampled; fi
      ;;
  esac
  if set_own_peak; then peak_memory=$REPLY peak_source=cgroup; fi
  set_oom_kills
  [ "$REPLY" -gt "$oom_before" ] || return 0
  if [ "$1" = 137 ] && [ -z "$cause" ]; then
    cause=out_of_memory message='The step was killed because the memory of the job was used up.'
    say "[scailfin] $message"
  else
    warn "Processes of this job were killed because its memory was used up: $((REPLY - oom_before))."
  fi
}
