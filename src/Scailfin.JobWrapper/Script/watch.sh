
# --- the watch: one process keeps all time limits, samples memory, and notices when this script was killed

# What it is told, a line each:
#   helper PID SECONDS  that helper's process group gets TERM after this time and KILL two seconds later; PID 0: it is over
#   kill PID SECONDS    the same, KILL at once, and nobody is told that it was late
#   step PID SECONDS    the step, whose memory is sampled, and our own time limit; PID 0: it is over
#   end PID SECONDS     the step was asked to end; KILL after this time
tell_watch() { printf '%s %s %s\n' "$1" "$2" "${3:-0}" >&6; } 2>/dev/null

start_watch() { # knows what is known now: it is started again when the runtime is
  end_watch
  exec 6<>"$work/orders" || return
  watch <"$work/orders" 5>&- 6>&- 9>&- &
  watcher=$!
}
watcher=''
end_watch() {
  [ -n "$watcher" ] || return 0
  kill -KILL -- "-$watcher"
  wait "$watcher"
} 2>/dev/null # bash has something to say of every child that a signal ended

watch() {
  local kind='' pid seconds ms partial=''
  local helper=0 helper_at=0 helper_signal=TERM step=0 limit_at=0 end=0 end_at=0 sample_at=0 sample_ms=100 peak=0
  trap '' TERM INT HUP USR1 USR2 XCPU
  while :; do
    set_now
    ms=3000
    [ "$helper" = 0 ] || sooner "$helper_at"
    [ "$limit_at" = 0 ] || sooner "$limit_at"
    [ "$end_at" = 0 ] || sooner "$end_at"
    [ "$step" = 0 ] || sooner "$sample_at"
    if next_order; then
      set_now
      take_order
      continue
    fi
    wrapper_lives || abandon
    set_now
    if [ "$helper" != 0 ] && [ "$now" -ge "$helper_at" ]; then end_helper; fi
    if [ "$limit_at" != 0 ] && [ "$now" -ge "$limit_at" ]; then limit_at=0 && : >"$work/timeout" && kill -TERM $$; fi
    if [ "$end_at" != 0 ] && [ "$now" -ge "$end_at" ]; then
      end_at=0
      end_step "$end" & # a launcher may take its time
    fi
    if [ "$step" != 0 ] && [ "$now" -ge "$sample_at" ]; then sample_memory; fi
  done
} 2>/dev/null

sooner() { # TIME: ms is never more than what is left until then
  [ "$ms" -le "$(($1 - now))" ] || ms=$(($1 - now))
}

next_order() { # waits for a line, for ms milliseconds at most; sets kind, pid and seconds
  local line='' pause
  [ "$ms" -gt 0 ] || return
  # Bash 3 waits whole seconds only.
  if [ "${BASH_VERSINFO[0]}" -ge 4 ]; then printf -v pause %d.%03d $((ms / 1000)) $((ms % 1000)); else pause=$(((ms + 999) / 1000)); fi
  IFS= read -r -t "$pause" line || {
    partial=$partial$line
    return 1
  }
  line=$partial$line partial=''
  kind=${line%% *} line=${line#* }
  pid=${line%% *} seconds=${line#* }
}

take_order() {
  local at=$((now + seconds * 1000))
  case $kind in
    helper) helper=$pid helper_at=$at helper_signal=TERM ;;
    kill) helper=$pid helper_at=$at helper_signal=KILL ;;
    step)
      step=$pid sample_at=$((now + sample_ms)) limit_at=$at
      [ "$step" != 0 ] || limit_at=0 end_at=0
      ;;
    end) end=$pid end_at=$at ;;
  esac
}

end_helper() {
  if [ "$helper_signal" = TERM ]; then
    : >"$work/late"
    kill -TERM -- "-$helper"
    helper_signal=KILL helper_at=$((now + 2000))
  else
    kill -KILL -- "-$helper"
    helper=0
  fi
}

wrapper_lives() { # not so if it is gone, or a zombie
  local pages=0
  read -r _ pages _ <"/proc/$$/statm"
  [ "${pages:-0}" != 0 ]
}

abandon() { # this wrapper was killed: nobody waits for the step any more, and nothing of it may stay
  [ "$helper" = 0 ] || kill -KILL -- "-$helper"
  if [ "$step" != 0 ]; then
    end_step "$step"
    clean_runtime
    end_strays
  fi
  exit
}

# The largest sum over the step's processes that was seen; less and less often.
sample_memory() {
  local sum=0
  add_memory "$step"
  if [ "$sum" -gt "$peak" ]; then
    peak=$sum
    [ -n "$page" ] || find_page_size
    printf '%s\n' "$((peak * page))" >"$work/peak"
  fi
  [ "$sample_ms" -ge 3000 ] || sample_ms=$((sample_ms * 2))
  sample_at=$((now + sample_ms))
}

page='' # bytes
find_page_size() {
  local name kilobytes
  page=4096
  while read -r name kilobytes _; do
    if [ "$name" = KernelPageSize: ]; then page=$((kilobytes * 1024)) && return; fi
  done </proc/self/smaps
}

add_memory() { # PID: adds its pages and its children's to sum
  local pages='' children='' child _
  read -r _ pages _ <"/proc/$1/statm" || return
  sum=$((sum + pages))
  set_children "$1"
  for child in $children; do add_memory "$child"; done
}
