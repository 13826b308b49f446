#!/bin/sh
# Run inside the image by Dockerfile and make-image.sh once its packages are in.
set -eu

# Load what the steps load, which compiles these modules and no others.
mpl=$(mktemp -d)
env -i PATH="$PATH" MPLCONFIGDIR="$mpl" python3 - <<'PYTHON'
import argparse, atexit, json, shutil, tempfile, zipfile
import numpy, scipy.optimize, scipy.special, scipy.stats
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.xlabel("$x$")
for extension in "pdf", "png":
    plt.savefig(f"/tmp/warm-up.{extension}")
print("numpy", numpy.__version__, "scipy", scipy.__version__, "matplotlib", matplotlib.__version__)
PYTHON
rm -rf "$mpl" /tmp/warm-up.* /root/.config /root/.cache
rm -rf /var/cache/apt/* /var/cache/debconf/*-old /var/lib/apt/lists/* /var/lib/dpkg/*-old /var/log/*
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/* /etc/apt/apt.conf.d/99mmdebstrap /etc/dpkg/dpkg.cfg.d/99mmdebstrap

# Mount points, so that no container runtime has to change the image to start a
# step; and nothing of the machine on which the image was made.
mkdir -p /data /home /mnt /opt /root /run /scratch /srv /tmp
chmod 755 /root
for file in /etc/hostname /etc/hosts /etc/resolv.conf /run/.containerenv; do
  : >"$file"
done
[ -e /etc/mtab ] || [ -L /etc/mtab ] || ln -s /proc/mounts /etc/mtab
