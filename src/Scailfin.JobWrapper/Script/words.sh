
# --- words: small things that all phases use

now_ms() { # milliseconds since 1970; where date has no %N, in whole seconds
  local now
  now=$(date +%s%3N)
  case $now in *[!0-9]*) now=$(date +%s)000 ;; esac
  printf %s "$now"
}

json() { # TEXT: as the inside of a JSON string
  local text=$1
  case $text in *[\\\"[:cntrl:]]*) ;; *) printf %s "$text" && return ;; esac
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  printf %s "${text//[[:cntrl:]]/ }"
}

# Named places of the profile: $NAME at the beginning is a variable of this node. Nothing else is expanded.
place() { # PLACE: prints the path; fails where the variable is not set
  local name rest=''
  case $1 in
    '$'*)
      name=${1#?}
      case $name in */*) rest=/${name#*/} name=${name%%/*} ;; esac
      case ${!name-} in /*) printf %s "${!name}$rest" ;; *) return 1 ;; esac
      ;;
    *) printf %s "$1" ;;
  esac
}

warnings=''
warn() { # TEXT: for the receipt and the operator
  printf '[scailfin] %s\n' "$1" >&2
  [ ${#warnings} -gt 100000 ] || warnings="$warnings${warnings:+,}\"$(json "$1")\""
}

phase='' phase_began=0 phases='' clock=''
begin() { # PHASE: ends the one before. Asked once for the time, it then counts hundredths of a second, which costs no process.
  local up='' now
  read -r up _ </proc/uptime && up=${up%.*}${up#*.}0
  case $up in '' | *[!0-9]*) up=0 now=$(now_ms) ;; esac
  [ -n "$clock" ] || clock=$(($(now_ms) - up))
  [ "$up" = 0 ] || now=$((clock + up))
  [ -z "$phase" ] || phases="$phases${phases:+,}{\"name\":\"$phase\",\"started_at\":$phase_began,\"duration_ms\":$((now - phase_began))}"
  phase=$1 phase_began=$now
}

here() { # PROGRAM: whether it is on our PATH
  command -v "$1" >/dev/null 2>&1
}

sizes() { # FILE...: bytes of all of them
  wc -c "$@" 2>/dev/null | awk 'END { print NR ? $1 : 0 }'
}
