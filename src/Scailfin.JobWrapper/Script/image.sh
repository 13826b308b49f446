
# --- image: fetched once for each node and image; who comes second waits, who finds a dead one's lock takes it over

cache=''

# The kernel takes a lock back when its holder dies. Where there are no locks (no flock, an odd file system), each job fetches for itself:
# everything is made under a name of its own first, so that this costs time and nothing else.
with_lock() { # FILE COMMAND...
  local file=$1
  shift
  (
    if here flock; then
      flock -n 8 || {
        printf '[scailfin] Another job has the lock %s; waiting for it.\n' "$file" >>"$dir/wrapper.log"
        flock -w "$pull_timeout_s" 8 || printf '[scailfin] No lock on %s; going on without.\n' "$file" >>"$dir/wrapper.log"
      }
    fi
    "$@" 8>&-
  ) 8>"$file"
}

hopeless() { # FILE: whether these last words say that trying again is of no use
  grep -q -i -E 'manifest unknown|name unknown|no such image|not found|does not exist|unauthorized|authentication required|access.*denied|requested access|invalid reference|unsupported|no space left|disk quota' "$1"
}

pull() { # COMMAND...: with the tries and the time that the site allows
  local try=0 code=1
  printf '[scailfin] Fetching the image %s.\n' "$name" >&2
  while [ "$try" -lt "$pull_tries" ]; do
    try=$((try + 1))
    attend "$pull_timeout_s" "$@" >"$work/pull.log" 2>&1
    code=$?
    cat "$work/pull.log" >&2
    [ "$code" -ne 0 ] || return 0
    if [ -n "$cause" ] || hopeless "$work/pull.log"; then break; fi
    [ "$try" = "$pull_tries" ] || attend 60 sleep $((1 << try))
  done
  [ "$code" -ne 124 ] || fail 212 "The image '$image' did not arrive within $pull_timeout_s s, in $try tries at most."
  fail 212 "The image '$image' cannot be fetched: $(grep -v '^[[:space:]]*$' "$work/pull.log" | tail -n 1 | cut -c 1-500)"
}

prepare_image() {
  case $image in
    /*) [ -n "$root$sif" ] || [ "$runtime" = none ] || fail 212 "The image '$image' does not exist on ${HOSTNAME:-this node}." ;;
  esac
  look_up "$runtime"
  "${kind}_prepare"
  if [ -z "$digest" ]; then
    case $name in *@sha256:*) digest=sha256:${name##*@sha256:} ;; esac
  fi
}

cached_name() { # NAME: as one file name, which no two images share
  local plain=${1//[!a-zA-Z0-9._-]/_}
  printf '%s-%s' "${plain:0:100}" "$(printf %s "$1" | cksum | tr ' ' -)"
}

# Where a path leads inside the image: sets REPLY. Its links are followed beneath the image, as in the container; on this node the same links may
# lead anywhere. What is not there stays as it is. Fails where the links go round.
set_in_image() { # PATH
  local rest=${1#/}/ name hops=0
  REPLY=''
  while [ -n "$rest" ]; do
    name=${rest%%/*} rest=${rest#*/}
    case $name in
      '' | .) ;;
      ..) REPLY=${REPLY%/*} ;;
      *)
        if is_link_inside "$REPLY/$name"; then
          hops=$((hops + 1))
          [ "$hops" -le 40 ] || return 1
          name=$(readlink "$root$REPLY/$name" && printf x)
          name=${name%?x}
          case $name in /*) REPLY='' ;; esac
          rest=$name/$rest
        else
          REPLY=$REPLY/$name
        fi
        ;;
    esac
  done
}

is_link_inside() { # PATH, without links before its last name; what is mounted over is none
  case $1 in /proc | /dev | /sys | /tmp) return 1 ;; esac
  case $container_workspace/ in "$1"/*) return 1 ;; esac
  [ -L "$root$1" ]
}
