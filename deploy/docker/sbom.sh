#!/bin/sh
# sbom.sh VERSION - writes what is in this Debian as a CycloneDX document: its packages, and those .NET packages that standard input lists
# as "NAME VERSION".
set -eu

# Names and versions of packages hold no character that JSON would escape; a package URL writes three of them in its own way.
escape() { sed 's/%/%25/g; s/+/%2B/g; s/:/%3A/g'; }

component() {
  printf '    {"type": "library", "name": "%s", "version": "%s", "purl": "pkg:%s/%s@%s"}' \
    "$2" "$3" "$1" "$(printf %s "$2" | escape)" "$(printf %s "$3" | escape)"
}

cat <<END
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "version": 1,
  "metadata": {"component": {"type": "container", "name": "scailfin", "version": "$1"}},
  "components": [
END
{
  sed 's/^/nuget /'
  # shellcheck disable=SC2016 # dpkg's own variables
  dpkg-query -W -f 'deb/debian ${Package} ${Version}\n'
} | {
  separator=""
  while read -r kind name version; do
    printf '%s' "$separator"
    separator=',
'
    component "$kind" "$name" "$version"
  done
}
printf '\n  ]\n}\n'
