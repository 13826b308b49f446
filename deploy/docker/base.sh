# shellcheck shell=bash
# base.sh - sourced: the Debian base of an image, also on a machine that reaches a Debian mirror but no container registry.

# Debian's mirror of this machine, if it is a Debian; else the base image's own.
mirror() {
  # shellcheck disable=SC2016 # apt's own variables
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    sed -nE '/security/d; s/^Debian ([a-z]+:.*[^/])\/?$/\1/p' | head -n 1
}

# make_base debian:SUITE - pulls the image, or makes it under that name where the pull fails.
make_base() {
  local base=$1 suite=${1#debian:} root
  if docker image inspect "$base" >/dev/null 2>&1; then return 0; fi
  if timeout 120 docker pull -q "$base" >/dev/null 2>&1; then return 0; fi
  if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null; then
    echo "base: $base cannot be pulled, and making it takes root and debootstrap" >&2
    return 1
  fi
  echo "base: $base cannot be pulled: made here" >&2
  root=$(mktemp -d)
  debootstrap --variant=minbase "$suite" "$root" "$(mirror)" >"$root.log" 2>&1 || {
    tail -n 20 "$root.log" >&2
    rm -rf -- "$root" "$root.log"
    return 1
  }
  tar -C "$root" -c . | docker import -c 'CMD ["bash"]' - "$base" >/dev/null
  rm -rf -- "$root" "$root.log"
}
