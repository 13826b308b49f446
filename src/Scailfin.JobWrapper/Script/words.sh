
# --- words: small things that all phases use. A result comes in the variable REPLY, or in one of the function's name: $(...) is a process.

now=0 clock=''
set_now() { # sets now: milliseconds since 1970. The wall clock is asked once; from then on what counts is the time since boot, which nobody sets
  local up=''
  read -r up _ </proc/uptime && up=${up%.*}${up#*.}0
  case $up in '' | *[!0-9]*) up='' ;; esac
  if [ -n "$up" ] && [ -n "$clock" ]; then now=$((clock + up)) && return; fi
  if [ "${BASH_VERSINFO[0]}" -ge 5 ]; then
    now=$EPOCHREALTIME # only where bash has it
    now=${now%???} now=${now/[!0-9]/}
  else
    now=$(date +%s%3N)
    case $now in *[!0-9]*) now=$(date +%s)000 ;; esac # a date without %N
  fi
  [ -z "$up" ] || clock=$((now - up))
}

set_json() { # TEXT: sets json, the text as the inside of a JSON string
  json=$1
  case $json in *[\\\"[:cntrl:]]*) ;; *) return ;; esac
  json=${json//\\/\\\\}
  json=${json//\"/\\\"}
  json=${json//[[:cntrl:]]/ }
}

# Named places of the profile: $NAME at the beginning is a variable of this node. Nothing else is expanded.
set_place() { # PLACE: sets place; fails where the variable is not set
  local name rest=''
  place=$1
  case $place in
    '$'*)
      name=${place#?}
      case $name in */*) rest=/${name#*/} name=${name%%/*} ;; esac
      case ${!name-} in /*) place=${!name}$rest ;; *) return 1 ;; esac
      ;;
  esac
}

warnings=''
warn() { # TEXT: for the receipt and the operator
  printf '[scailfin] %s\n' "$1" >&2
  [ ${#warnings} -le 100000 ] || return 0
  set_json "$1"
  warnings="$warnings${warnings:+,}\"$json\""
}

phase='' phase_began=0 phases=''
begin() { # PHASE: ends the one before
  set_now
  [ -z "$phase" ] || phases="$phases${phases:+,}{\"name\":\"$phase\",\"started_at\":$phase_began,\"duration_ms\":$((now - phase_began))}"
  phase=$1 phase_began=$now
}

here() { # PROGRAM: whether it is on our PATH
  command -v "$1" >/dev/null 2>&1
}

set_children() { # PID: sets children, of all its threads
  local file line
  children=''
  for file in "/proc/$1/task"/*/children; do
    line=''
    read -r line <"$file"
    children="$children $line"
  done
} 2>/dev/null

set_random() { # sets REPLY: a word that nobody else has
  REPLY=''
  read -r REPLY </proc/sys/kernel/random/uuid
  REPLY=$REPLY-$$-$RANDOM-$RANDOM
} 2>/dev/null

first_line() { # FILE...: sets REPLY to the first line of the first of them that can be read
  local file
  for file in "$@"; do
    if [ -r "$file" ]; then read -r REPLY <"$file" && return; fi
  done 2>/dev/null
  REPLY=''
  return 1
}
