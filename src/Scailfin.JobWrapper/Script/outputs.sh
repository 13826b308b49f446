
# --- the receipt's list of outputs, from $work/changed (lines of kind, size and more, path), bounded in number, text and bytes that are read

list_outputs() {
  local line size rest path hash
  [ -s "$work/changed" ] || return 0
  output_count=$(grep -c '^f ' "$work/changed")
  awk -v most="$listed_outputs" -v budget="$hashed_bytes" '
    $1 == "f" {
      if (++count > most) exit
      split($2, facts, "/")
      sub(/^f [^ ]* /, "")
      used += facts[1]
      print facts[1], (used <= budget ? "yes" : "no"), $0
    }' "$work/changed" >"$work/listed"
  attend 120 hash_outputs >"$work/hashes" || : >"$work/hashes"
  [ "$(grep -c '^[0-9]* yes ' "$work/listed")" = "$(grep -c . "$work/hashes")" ] || : >"$work/hashes"
  while IFS= read -r line; do
    size=${line%% *} rest=${line#* } hash=''
    case $rest in yes*) read -r hash <&3 ;; esac
    path=${rest#* }
    outputs="$outputs${outputs:+,}{\"path\":\"$(json "${path#./}")\",\"size\":$size,\"sha256\":$(text_or_null "$hash")}"
    [ ${#outputs} -le 1000000 ] || break
  done <"$work/listed" 3<"$work/hashes"
}

hash_outputs() {
  local tool=(sha256sum)
  here sha256sum || tool=(shasum -a 256)
  here "${tool[0]}" || return 0
  # A name with a backslash or a newline makes the tool put a backslash in front of the line.
  sed -n 's/^[0-9]* yes //p' "$work/listed" | tr '\1\n' '\n\0' | xargs -0 "${tool[@]}" | sed 's/^\\//; s/ .*//'
}
