#!/bin/sh
# install.sh VARIANT MIRROR VERSION - runs inside the image while it is made: packages, names, list of what is in it.
set -eu
variant=$1 mirror=$2 version=$3
export DEBIAN_FRONTEND=noninteractive

packages="ca-certificates libssl3t64"
if [ "$variant" = hpc ]; then
  packages="$packages condor slurm-client openssh-client rsync krb5-user libgssapi-krb5-2 python3-minimal"
fi

# The mirror of the machine that makes the image is not the one of the machine that runs it.
mkdir /tmp/build/sources
cp -a /etc/apt/sources.list* /tmp/build/sources/ 2>/dev/null || true
if [ -n "$mirror" ]; then
  rm -rf /etc/apt/sources.list.d/debian.sources
  echo "deb $mirror trixie main" >/etc/apt/sources.list
fi
cat >/etc/dpkg/dpkg.cfg.d/scailfin <<'END'
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/man/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
END
# No package starts its server here.
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get -qq update
# shellcheck disable=SC2086 # words
apt-get -qq install -y --no-install-recommends $packages
rm -f /usr/sbin/policy-rc.d
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d
cp -a /tmp/build/sources/. /etc/apt/

# The names under which REANA starts its job controller (contract B.4).
for name in scailfin flask uwsgi; do ln -s ../lib/scailfin/scailfin "/usr/bin/$name"; done
if command -v python3 >/dev/null; then
  mkdir -p /usr/lib/python3/dist-packages/reana_job_controller
  cp /tmp/build/__init__.py /tmp/build/nss_wrapper.py /usr/lib/python3/dist-packages/reana_job_controller/
else
  ln -s ../lib/scailfin/scailfin /usr/bin/python3
fi

sh /tmp/build/sbom.sh "$version" </tmp/build/nuget.txt >/usr/share/doc/scailfin/sbom.cdx.json

# A key that every container of the image would share is none.
rm -f /etc/munge/munge.key
# What the image need not keep.
rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /tmp/build /root/.bash_history
find / -xdev -name __pycache__ -prune -exec rm -rf {} +
