#!/bin/bash
# overhead.sh SCAILFIN IMAGE [ROUNDS] - what the job wrapper adds to a step, side by side with bubblewrap called by hand, and how long 10,000 small
# files take to come out.  SCAILFIN is the program, IMAGE an unpacked root file system with sh in it and a directory of the name "w".
# Rounds alternate; medians in milliseconds are printed.
set -euo pipefail

program=$1 image=$(realpath "$2") rounds=${3:-15}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
printf 'runtimes: [bubblewrap]\nimage_directory: %s\n' "$(dirname "$image")" >"$scratch/site.yaml"

request() { # COMMAND
  printf '{"job_name":"step","workflow_uuid":"0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11","workflow_workspace":"/w","docker_img":"%s","cmd":"%s"}' \
    "$image" "$(printf %s "$1" | base64 -w 0)"
}

render() { # STAGING COMMAND DIRECTORY
  request "$2" | "$program" wrapper render - --site "$scratch/site.yaml" --staging "$1" --directory "$3"
}

milliseconds() { # COMMAND...
  local begin end
  begin=$(date +%s%N)
  "$@" >/dev/null 2>&1
  end=$(date +%s%N)
  echo $(((end - begin) / 1000000))
}

median() { sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

by_hand() { bwrap --unshare-all --share-net --die-with-parent --clearenv --setenv PATH /bin --ro-bind "$image" / --bind "$scratch" /w --chdir /w -- sh -c true; }
render transfer true "$scratch/a" >"$scratch/script"
render transfer "i=0; while [ \$i -lt 10000 ]; do echo \$i >f\$i; i=\$((i + 1)); done" "$scratch/b" >"$scratch/script-files"
for ((round = 0; round < rounds; round++)); do
  rm -rf "$scratch/a" && mkdir "$scratch/a"
  milliseconds by_hand >>"$scratch/hand"
  milliseconds bash "$scratch/script" >>"$scratch/wrapper"
done
mkdir "$scratch/b"
bash "$scratch/script-files"
echo "by hand $(median <"$scratch/hand") ms, with the wrapper $(median <"$scratch/wrapper") ms (medians of $rounds)"
sed 's/.*"name":"stage_out","started_at":[0-9]*,"duration_ms":\([0-9]*\).*"output_count":\([0-9]*\).*/\2 files out in \1 ms/' "$scratch/b/receipt.json"
