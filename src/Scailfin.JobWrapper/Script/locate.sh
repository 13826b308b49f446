
# --- locate: the first runtime of the site's order that is here and can run this kind of image; on PATH, then through modules

root='' # the image, unpacked
sif=''  # the image, as a file
name='' # the image, as a registry knows it
unusable='' # why images and runtimes that are here cannot be used

find_image() {
  local place spelled
  case $image in
    docker://*) name=${image#docker://} ;;
    /*)
      for place in ${image_directories[@]+"${image_directories[@]}"}; do
        case $image in "$place"/*) place_image "$place" "${image#"$place"/}" && return ;; esac
      done
      return
      ;;
    *) name=$image ;;
  esac
  [ -n "$name" ] || return 0
  for place in ${image_directories[@]+"${image_directories[@]}"}; do
    # Collections of unpacked images spell the registry out, and the tag.
    for spelled in "$name" "$name:latest" "${name#docker.io/}" "docker.io/$name" "registry.hub.docker.com/${name#docker.io/}" \
      "registry.hub.docker.com/library/${name#docker.io/}" "$name.sif"; do
      place_image "$place" "$spelled" && return
    done
  done
  case $name in *[!a-zA-Z0-9._/:@+-]*) name='' ;; esac # no registry has such a name
}

# A link is followed to its end, because not every runtime takes one, and the receipt should say which image it was. A link right in the image
# directory is the operator's, and leads where he likes. One further down may lie in an image, whose maker must not lead us elsewhere on this node.
place_image() { # DIRECTORY NAME
  local at=$1/${2%%/*} rest=$2/ deep=''
  REPLY=$1/$2
  [ -e "$REPLY" ] || return
  rest=${rest#*/}
  while [ -n "$rest" ]; do
    at=$at/${rest%%/*} rest=${rest#*/}
    [ ! -L "$at" ] || deep=yes
  done
  if [ -n "$deep" ] || [ -L "$REPLY" ]; then REPLY=$(readlink -f "$REPLY") || return; fi
  [ -z "$deep" ] || lies_in_image_directory "$REPLY" || {
    unusable="$unusable '$1/$2' leads to '$REPLY', which lies in no image directory, and is not used."
    return 1
  }
  if [ -d "$REPLY" ]; then root=$REPLY; elif [ -f "$REPLY" ]; then sif=$REPLY; else return 1; fi
}

lies_in_image_directory() { # PATH without links
  local at=${1%/*} place
  while [ -n "$at" ]; do
    for place in ${image_directories[@]+"${image_directories[@]}"}; do
      if [ "$at" -ef "$place" ]; then return; fi
    done
    at=${at%/*}
  done
  return 1
}

program='' kind=''
look_up() { # RUNTIME: sets program, its name on PATH, and kind, the runtime whose functions it uses
  program=$1 kind=$1
  case $1 in
    bubblewrap) program=bwrap ;;
    charliecloud) program=ch-run ;;
    singularity) kind=apptainer ;;
    podman-hpc) kind=podman ;;
  esac
}

on_site_path() { # PROGRAM: sets REPLY to its path
  local rest=$site_path:
  while [ -n "$rest" ]; do
    REPLY=${rest%%:*}/$1 rest=${rest#*:}
    if [ -f "$REPLY" ] && [ -x "$REPLY" ]; then return; fi
  done
  return 1
}

# Runs a program of the site with the PATH that the site gave us, and with what modules brought in. Only in a process of its own.
at_site() { # COMMAND...
  # shellcheck disable=SC1091 # written by load_module
  [ ! -f "$work/module.env" ] || . "$work/module.env"
  PATH=$site_path
  exec "$@"
}

# In a process of its own, because a site's start-up files may do anything to a shell; only what they export comes back.
load_module() { # MODULE...
  local file
  PATH=$site_path
  set +u +m
  if ! declare -F module; then
    for file in ${module_init[@]+"${module_init[@]}"}; do
      # shellcheck disable=SC1090 # the site's own file
      [ -r "$file" ] && . "$file" </dev/null
      declare -F module && break
    done
  fi >/dev/null
  declare -F module >/dev/null || return
  for file in "$@"; do
    module load "$file" >&2 || return
  done
  export -p >"$work/module.env.tmp" && printf '%s\n' "$PATH" >"$work/module.path"
}

find_by_module() { # RUNTIME
  local words
  words=module_words_${1//-/_}'[@]'
  rm -f "$work/module.env" "$work/module.path"
  attend 60 load_module "${!words}" && first_line "$work/module.path" || return
  local before=$site_path
  site_path=$REPLY
  look_up "$1"
  on_site_path "$program" && mv "$work/module.env.tmp" "$work/module.env" && runtime_path=$REPLY && return
  site_path=$before
  return 1
}

# Whether the runtime at runtime_path works here for this user, as far as that can be known without an image; sets runtime_version.
by_descriptor='' # yes: this one takes the workspace as file descriptor 7, not by its path
answers() { # RUNTIME
  case $1 in
    podman | bubblewrap | charliecloud)
      "${kind}_answers" || {
        [ -n "$cause" ] || {
          REPLY=$(grep -h -v '^[[:space:]]*$' "$work"/version* | tail -n 1 | cut -c 1-500)
          REPLY=${REPLY:-it does not answer}
          unusable="$unusable $1 does not work for this user on this node: ${REPLY%.}."
          warn "$1 does not work for this user on this node, the next runtime is tried: $REPLY"
        }
        runtime_path=''
        return 1
      }
      ;;
    *) attend 20 at_site "$runtime_path" --version >"$work/version" 2>&1 || return 0 ;;
  esac
  read -r runtime_version <"$work/version"
  runtime_version=${runtime_version:0:100}
}

locate() {
  local candidate
  find_image
  for candidate in $runtimes; do
    look_up "$candidate"
    "${kind}_can_run" || continue
    if [ "$candidate" = none ]; then runtime=none && break; fi
    if on_site_path "$program"; then runtime_path=$REPLY && answers "$candidate" && runtime=$candidate && break; fi
  done
  if [ -z "$runtime" ] && [ ${#module_init[@]} -gt 0 ]; then
    for candidate in $runtimes; do
      look_up "$candidate"
      [ "$candidate" != none ] && "${kind}_can_run" && find_by_module "$candidate" && answers "$candidate" && runtime=$candidate && break
    done
  fi
  [ -n "$runtime" ] || [ -z "$cause" ] || fail 143 ''
  [ -n "$runtime" ] || fail 127 "No container runtime here can run the image '$image'.$unusable Looked for: $runtimes; on PATH and through modules; unpacked images are looked up in '${image_directories[*]+${image_directories[*]}}'."
  case $launcher in
    none) ;;
    *) on_site_path "$launcher" && launcher_path=$REPLY || fail 127 "The launcher '$launcher' is not on PATH." ;;
  esac
  printf '[scailfin] Runtime %s, %s, version %s.\n' "$runtime" "${runtime_path:-no program}" "${runtime_version:-unknown}" >&2
}
