#!/bin/bash
# make-image.sh DEST - make the image of the Dockerfile as an unpacked root file
# system in the directory DEST, from Debian packages alone: for machines that
# reach a Debian mirror but no container registry.
#
# Needs mmdebstrap, and as an ordinary user also uidmap and a line for the user
# in /etc/subuid and /etc/subgid (only to make the image, not to use it).  The
# mirror is the machine's own, from its apt sources.
set -euo pipefail

suite=bookworm
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() {
  echo "make-image: $*" >&2
  exit 1
}

if [ $# -ne 1 ] || [ -z "$1" ]; then fail "usage: make-image.sh DEST"; fi
dest=$(realpath -m -- "$1")
[ "$dest" != / ] || fail "DEST cannot be /"

recipe=$(cd "$here" && sha256sum packages.txt dpkg.cfg finish-image.sh make-image.sh | sha256sum | cut -d ' ' -f 1)
stamp=etc/scailfin-image
if [ -e "$dest" ]; then
  if [ -f "$dest/$stamp" ] && [ "$(cat "$dest/$stamp")" = "$recipe" ]; then
    echo "make-image: $dest is there already and up to date"
    exit 0
  fi
  fail "$dest is there already but is not this image: remove it first"
fi

command -v mmdebstrap >/dev/null || fail "mmdebstrap is not installed (apt-get install mmdebstrap)"
if [ "$(id -u)" -ne 0 ]; then
  command -v newuidmap >/dev/null || fail "an ordinary user needs newuidmap (apt-get install uidmap)"
  grep -qE "^($(id -un)|$(id -u)):" /etc/subuid 2>/dev/null ||
    fail "an ordinary user needs a range in /etc/subuid and /etc/subgid, and $(id -un) has none; root does not"
fi

# shellcheck disable=SC2016 # the dollar signs are for apt
sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
  'Created-By: Packages' 'Origin: Debian' "Architecture: $(dpkg --print-architecture)" |
  grep -E " $suite(-updates|-security)? main\$" || true)
grep -q " $suite main\$" <<<"$sources" ||
  fail "apt knows no Debian $suite here: check /etc/apt/sources.list.d, and run apt-get update"

mkdir -p "$(dirname "$dest")"
partial=$dest.partial-$$
scratch=$(mktemp -d)
chmod 755 "$scratch" # the name spaces of mmdebstrap look into it
job=
remove() {
  if [ -n "$job" ]; then
    # mmdebstrap removes what it made before it ends.
    kill -TERM -- "-$job" 2>/dev/null || true
    for _ in {1..200}; do
      kill -0 -- "-$job" 2>/dev/null || break
      sleep 0.1
    done
  fi
  [ ! -e "$partial" ] || chmod -R u+rwX "$partial" 2>/dev/null || true
  rm -rf -- "$partial" "$scratch"
}
trap remove EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
mkdir "$partial"

# The machine's way to its mirror (a proxy, say) holds for the image as well.
apt-config dump | grep -E '^Acquire::(http|https|Check-Valid-Until|Check-Date|Retries)(::|[ ])' >"$scratch/apt.conf" || true

echo "make-image: making $dest, which takes a minute"
started=$SECONDS
if [ "$(id -u)" -eq 0 ]; then mode=root; else mode=unshare; fi
make_tar() {
  # shellcheck disable=SC2016 # the dollar sign is for the shell mmdebstrap starts
  mmdebstrap --mode="$mode" --variant=essential --format=tar \
    --include="$(paste -sd, "$here/packages.txt")" \
    --dpkgopt="$here/dpkg.cfg" --aptopt="$scratch/apt.conf" --aptopt='APT::Install-Recommends "false"' \
    --customize-hook="copy-in $here/finish-image.sh /tmp" \
    --customize-hook='chroot "$1" sh /tmp/finish-image.sh && rm "$1/tmp/finish-image.sh"' \
    "$suite" - - <<<"$sources" 2>"$scratch/log"
}
# By way of tar, every file belongs to the caller, whatever the mode.
set -m # the job gets a process group of its own, so that a signal to this script can end all of it
make_tar | tar --extract --directory "$partial" --no-same-owner --exclude='./dev/*' 2>>"$scratch/tar.log" &
set +m
job=$(jobs -p %%)
wait %% || {
  tail -n 30 "$scratch/log" >&2
  fail "mmdebstrap failed (its last lines are above)"
}
job=

echo "$recipe" >"$partial/$stamp"
chmod 755 "$partial"
mv --no-target-directory -- "$partial" "$dest"
echo "make-image: made $dest: $(du -sm "$dest" | cut -f 1) MB in $((SECONDS - started)) s"
