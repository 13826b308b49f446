
# --- staging: the workspace travels as an archive, what the step changed and made travels back as another

name_staged() {
  host_workspace=$work/workspace input=$dir/input.tar archive=$dir/output.tar
  find_digester
}
find_prints='' # whether find is GNU's

# A copy counts once its size and its digest are those of the original.
digester=()
find_digester() { # sets digester: what tells the SHA-256 of its standard input; nothing where this node has no such program
  if here sha256sum; then digester=(sha256sum); elif here shasum; then digester=(shasum -a 256); elif here openssl; then digester=(openssl dgst -sha256 -r); fi
}

measure() { # NAME: writes size and digest of standard input to files of that name in our directory; in a process of its own
  set -o pipefail
  : >"$work/$1.digest"
  if [ ${#digester[@]} = 0 ]; then wc -c >"$work/$1.size"; else { tee /dev/fd/3 | wc -c >"$work/$1.size"; } 3>&1 | "${digester[@]}" >"$work/$1.digest"; fi
}
measure_file() { # NAME FILE
  wc -c <"$2" >"$work/$1.size" && : >"$work/$1.digest" && { [ ${#digester[@]} = 0 ] || "${digester[@]}" <"$2" >"$work/$1.digest"; }
}

set_measured() { # NAME: sets size and sum
  first_line "$work/$1.size" || return
  size=$((REPLY)) sum=''
  if first_line "$work/$1.digest"; then sum=${REPLY%% *}; fi
}

is_whole() { # NAME SIZE SHA256: whether what was measured is that; else sets REPLY to a sentence
  local size sum
  set_measured "$1" || { REPLY='it cannot be read back' && return 1; }
  if [ "$size" != "$2" ]; then REPLY="$size of $2 bytes arrived" && return 1; fi
  [ -z "$sum" ] || [ -z "$3" ] || [ "$sum" = "$3" ] || { REPLY="all $size bytes arrived, but with the SHA-256 $sum instead of $3" && return 1; }
}

input_is_whole() { # where the script says what it must be
  [ -n "$input_size" ] || return 0
  if [ -e "$input" ]; then measure_file input "$input" && is_whole input "$input_size" "$input_sha256" && return; else REPLY='it is missing'; fi
  printf 'input.tar: %s\n' "$REPLY" >&2
  return 1
}

stage_in() {
  local code=0
  mkdir -m 755 "$host_workspace" && cd "$host_workspace" || fail 217 "No workspace can be made in '$work'."
  attend "$stage_timeout_s" unpack_input || code=$?
  case $code in
    0) ;;
    124) fail 211 "The workspace did not arrive within $stage_timeout_s s." ;;
    *) fail 211 "The workspace did not arrive: $(last_complaint)" ;;
  esac
  bytes_in=0
  [ ! -e "$input" ] || bytes_in=$(($(wc -c <"$input")))
  find . -prune -printf '' 2>/dev/null && find_prints=yes
  attend "$stage_timeout_s" inventory >"$work/before" || fail 211 "The files in the workspace cannot be listed: $(last_complaint)"
}

unpack_input() {
  fetch_input || return
  [ -s "$input" ] || return 0
  umask "$site_umask"
  tar -xof "$input"
}

last_complaint() { tail -n 5 "$dir/wrapper.log" | grep -v 'Exiting with failure status' | tail -n 1 | cut -c 1-500; }

# What the step changed and made, as an archive; one that cannot be made is a failed job.
stage_out() {
  local code=0 reason
  cd "$host_workspace" || return
  attend "$stage_timeout_s" pack || code=$?
  if [ "$code" -eq 0 ]; then
    [ ! -s "$work/refused" ] || while read -r reason; do warn "$reason"; done <"$work/refused"
    attend "$stage_timeout_s" measure_file archive "$archive.tmp" && set_archive && mv -f "$archive.tmp" "$archive" && list_outputs && return
    code=1
  fi
  reason=$(last_complaint)
  [ "$code" -ne 124 ] || reason="it took longer than $stage_timeout_s s"
  stage_out_failed "$reason"
}

set_archive() {
  local size sum
  set_measured archive && set_json_or_null "$sum" && bytes_out=$size && archive_text="{\"size\":$size,\"sha256\":$json}"
}

stage_out_failed() { # REASON
  # Room for the receipt on a full disk.
  cd / && rm -rf "$host_workspace" "$archive.tmp"
  bytes_out=null archive_text=null
  if [ -z "$failed_phase" ]; then failed_phase=stage_out message="What the step made cannot be brought out: $1"; fi
  [ "$exit_code" -ne 0 ] || exit_code=216
  say "[Error] What the step made cannot be brought out: $1"
}

# One line a file: kind, what tells a change, path. NUL ends a line and \1 stands for a newline in a name, so that sort and comm take any name.
inventory() {
  set -o pipefail
  if [ -n "$find_prints" ]; then
    # The change time tells changed content of the same size and age, because nobody can set it.
    find . -path ./.scailfin -prune -o -mindepth 1 -type d -printf 'd - %p\0' -o -mindepth 1 -printf '%y %s/%T@/%C@/%i/%m %p\0'
  else
    # shellcheck disable=SC2016 # expanded by the other shell
    find . -path ./.scailfin -prune -o ! -name . -type d -exec printf 'd - %s\0' {} \; -o ! -type d -exec bash -c '
      for file; do
        if [ -L "$file" ]; then printf "l %s %s\0" "$(readlink "$file" | cksum | tr " " /)" "$file"
        elif [ -f "$file" ]; then printf "f %s %s\0" "$(cksum <"$file" | sed "s|\(.*\) \(.*\)|\2/\1|")" "$file"
        else printf "p - %s\0" "$file"; fi
      done' bash {} +
  fi | tr '\n\0' '\1\n' | sort
}

pack() {
  local line link
  set -o pipefail
  # A step may have taken its own rights away; a folder must have them back before find enters it.
  find . -type d ! -perm -700 -exec chmod u+rwx {} \; -o -type f ! -perm -400 -exec chmod u+r {} + || return
  inventory >"$work/after" && comm -13 "$work/before" "$work/after" >"$work/changed" || return
  : >"$work/links"
  awk -v refused="$work/refused" -v links="$work/links" '
    { kind = $1; sub(/^[^ ]* [^ ]* /, "") }
    kind == "l" { print >links; next }
    kind == "f" || kind == "d" { print; next }
    ++count <= 100 { print "Neither file nor directory nor link, left behind: " $0 >refused }' "$work/changed" >"$work/names" || return
  while IFS= read -r line; do
    link=$(printf '%s' "$line" | tr '\1' '\n'; printf x)
    if link_stays "${link%x}"; then printf '%s\n' "$line" >>"$work/names"; else printf 'A link that leaves the workspace, left behind: %s\n' "$line" >>"$work/refused"; fi
  done <"$work/links"
  tr '\1\n' '\n\0' <"$work/names" >"$work/list" || return
  case $(tar --version 2>/dev/null) in
    *'GNU tar'*) tar --hard-dereference --no-recursion --null -T "$work/list" -cf "$archive.tmp" ;;
    *) tar --no-recursion -T "$work/names" -cf "$archive.tmp" ;; # without --null a name with a newline cannot be said
  esac
}

# Whether a link, followed to its end as the step sees it, stays in the workspace.
link_stays() { # PATH, in the workspace
  local at=${1%/*} name hops=0
  local rest=${1##*/}
  while [ -n "$rest" ]; do
    name=${rest%%/*}
    case $rest in */*) rest=${rest#*/} ;; *) rest='' ;; esac
    case $name in
      '' | .) ;;
      ..)
        [ "$at" != . ] || return 1
        at=${at%/*}
        ;;
      *)
        if [ -L "$at/$name" ]; then
          hops=$((hops + 1))
          [ "$hops" -le 40 ] || return 1
          name=$(readlink "$at/$name" && printf x)
          name=${name%?x}
          case $name in
            "$workspace" | "$workspace"/*) at=. name=${name#"$workspace"} ;;
            /*) return 1 ;;
          esac
          rest=$name/$rest
        else
          at=$at/$name
        fi
        ;;
    esac
  done
}

# Schedulers hold jobs whose output files are missing.
deliver() {
  [ -e "$archive" ] || dd if=/dev/zero of="$archive" bs=10240 count=1 2>/dev/null
  [ -e "$output" ] || : >"$output"
  send_home
}
