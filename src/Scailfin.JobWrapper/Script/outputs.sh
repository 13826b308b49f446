
# --- the receipt's list of outputs, from $work/changed (lines of kind, size and more, path), bounded in number, text and bytes that are read

listed_sizes=() listed_paths=() hashes=()

list_outputs() {
  local at
  [ -s "$work/changed" ] || return 0
  choose_outputs
  if [ "$hashed_outputs" = 0 ] || ! attend 120 hash_outputs >"$work/hashes" || ! read_hashes; then hashes=(); fi
  for at in ${listed_paths[@]+"${!listed_paths[@]}"}; do
    set_json_or_null "${hashes[$at]-}"
    local hash=$json
    set_json "${listed_paths[$at]#./}"
    outputs="$outputs${outputs:+,}{\"path\":\"$json\",\"size\":${listed_sizes[$at]},\"sha256\":$hash}"
    [ ${#outputs} -le 1000000 ] || break
  done
}

hashed_outputs=0 # so many of the first ones
choose_outputs() {
  local line used=0 more=''
  output_count=0
  while IFS= read -r line; do
    case $line in 'f '*) ;; *) continue ;; esac
    if [ "$output_count" -ge "$listed_outputs" ]; then more=yes && break; fi
    line=${line#f }
    listed_sizes+=("${line%%/*}") listed_paths+=("${line#* }")
    output_count=$((output_count + 1)) used=$((used + ${line%%/*}))
    [ "$used" -gt "$hashed_bytes" ] || hashed_outputs=$output_count
  done <"$work/changed"
  [ -z "$more" ] || output_count=$(grep -c '^f ' "$work/changed")
}

hash_outputs() { # in a process of its own
  local tool=(sha256sum) names
  here sha256sum || tool=(shasum -a 256)
  here "${tool[0]}" || return
  names=("${listed_paths[@]:0:$hashed_outputs}")
  # More would be too long for a command line; and \1 stands for a newline.
  case ${#names[@]}:${names[*]} in
    [0-9][0-9][0-9]*:* | *[[:cntrl:]]*) printf '%s\n' "${names[@]}" | tr '\1\n' '\n\0' | xargs -0 "${tool[@]}" ;;
    *) exec "${tool[@]}" "${names[@]}" ;;
  esac
}

read_hashes() { # a name with a backslash or a newline makes the tool put a backslash in front of the line
  local line
  while IFS= read -r line; do
    line=${line#\\}
    hashes+=("${line%% *}")
  done <"$work/hashes"
  [ ${#hashes[@]} = "$hashed_outputs" ]
}
