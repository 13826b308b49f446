
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
    find . -path ./.scailfin -prune -o ! -name . -type d -exec printf 'd - %s\0' {} + -o ! -type d -exec bash -c "$print_kinds" bash {} +
  fi | tr '\n\0' '\1\n' | sort
}

# Without GNU's find, a shell prints the same. A process a file would take minutes: readlink and cksum get all names at once, and single ones
# only if they take no more, or a name has a newline.
# shellcheck disable=SC2016 # expanded by that shell
read_targets='
  targets=()
  [ ${#links[@]} = 0 ] || while IFS= read -r line; do targets+=("$line"); done < <(readlink "${links[@]}" 2>/dev/null)
  [ ${#targets[@]} = ${#links[@]} ] || {
    targets=()
    for file in "${links[@]}"; do line=$(readlink "$file" && printf x); targets+=("${line%?x}"); done
  }'
# shellcheck disable=SC2016 # the same
print_kinds='
  links=() files=()
  for file; do
    if [ -L "$file" ]; then links+=("$file"); elif [ -f "$file" ]; then files+=("$file"); else printf "p - %s\0" "$file"; fi
  done'$read_targets'
  for at in "${!links[@]}"; do line=${targets[at]//%/%25}; printf "l %s %s\0" "${line// /%20}" "${links[at]}"; done
  at=0
  [ ${#files[@]} = 0 ] || while IFS= read -r line && [ "${line#* * }" = "${files[at]}" ]; do
    line=${line%"${line#* * }"} line=${line% }
    printf "f %s/%s %s\0" "${line#* }" "${line% *}" "${files[at]}"
    at=$((at + 1))
  done < <(cksum "${files[@]}" 2>/dev/null)
  for file in "${files[@]:at}"; do printf "f %s %s\0" "$(cksum <"$file" | sed "s|\(.*\) \(.*\)|\2/\1|")" "$file"; done'

pack() {
  set -o pipefail
  open_up && inventory >"$work/after" && comm -13 "$work/before" "$work/after" >"$work/changed" || return
  : >"$work/links"
  awk -v refused="$work/refused" -v links="$work/links" '
    { kind = $1; sub(/^[^ ]* [^ ]* /, "") }
    kind == "l" { print >links; next }
    kind == "f" || kind == "d" { print; next }
    ++count <= 100 { print "Neither file nor directory nor link, left behind: " $0 >refused }' "$work/changed" >"$work/names" || return
  [ ! -s "$work/links" ] || choose_links || return
  tr '\1\n' '\n\0' <"$work/names" >"$work/list" || return
  case $(tar --version 2>/dev/null) in
    *'GNU tar'*) tar --hard-dereference --no-recursion --null -T "$work/list" -cf "$archive.tmp" ;;
    *) tar --no-recursion -T "$work/names" -cf "$archive.tmp" ;; # without --null a name with a newline cannot be said
  esac
}

# A step may have taken its own rights away; a folder must have them back before find enters it.
open_up() {
  local closed='' before
  while :; do
    find . -type d ! -perm -700 -prune -print -exec chmod u+rwx {} + -o -type f ! -perm -400 -exec chmod u+r {} + >"$work/closed" || return
    [ -s "$work/closed" ] || return 0
    before=$closed
    IFS= read -r -d '' closed <"$work/closed"
    [ "$closed" != "$before" ] || return 0 # a file system without rights
  done
}

# Adds the links of $work/links to $work/names if they, followed to their ends as the step sees them, stay in the workspace, else to $work/refused.
choose_links() {
  if [ -n "$find_prints" ]; then
    find . -type l -printf '%p\0%l\0'
  else
    # shellcheck disable=SC2016 # expanded by the other shell
    find . -type l -exec bash -c 'links=("$@")'"$read_targets"'
      for at in "${!links[@]}"; do printf "%s\0%s\0" "${links[at]}" "${targets[at]}"; done' bash {} +
  fi | tr '\n\0' '\1\n' >"$work/targets" || return
  home=$workspace awk -v refused="$work/refused" '
    function stays(link,  at, rest, name, hops, cut) {
      match(link, /[^\/]*$/)
      at = substr(link, 1, RSTART - 2); rest = substr(link, RSTART)
      while (rest != "") {
        cut = index(rest "/", "/")
        name = substr(rest, 1, cut - 1); rest = substr(rest, cut + 1)
        if (name == "" || name == ".") continue
        if (name == "..") { if (at == ".") return 0; sub(/\/[^\/]*$/, "", at); continue }
        if (!((at "/" name) in target)) { at = at "/" name; continue }
        if (++hops > 40) return 0
        name = target[at "/" name]
        if (name == home || index(name, home "/") == 1) { at = "."; name = substr(name, length(home) + 1) }
        else if (name ~ /^\//) return 0
        rest = name "/" rest
      }
      return 1
    }
    BEGIN { home = ENVIRON["home"] }
    NR != FNR { if (stays($0)) print; else print "A link that leaves the workspace, left behind: " $0 >>refused; next }
    FNR % 2 { link = $0; next }
    { if (link in target) $0 = "/"; target[link] = $0 } # two names may be one by now: that of a newline, and that of \1' \
    "$work/targets" "$work/links" >>"$work/names"
}

# Schedulers hold jobs whose output files are missing.
deliver() {
  [ -e "$archive" ] || dd if=/dev/zero of="$archive" bs=10240 count=1 2>/dev/null
  [ -e "$output" ] || : >"$output"
  send_home
}
