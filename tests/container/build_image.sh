#!/bin/bash
# Builds the action's image with podman, as root, where no Docker engine and perhaps no image registry is at hand.
#
#   build_image.sh WORKDIR CONTEXT TAG [options of podman build]
#   source WORKDIR/env.sh      # afterwards: podman run … TAG
#
# When the base image can be pulled, it is. Otherwise a stand-in of the same name is made: a minimal Debian by
# mmdebstrap with this machine's CPython (pyenv's, version PY) under /usr/local, where the official image has it.
# All of podman's state stays in WORKDIR; remove that folder to start over. Needs podman, runc, mmdebstrap, netavark.
set -euo pipefail
work=$(realpath -m "$1")
context=$2
tag=$3
shift 3
py=${PY:-3.13}
suite=${SUITE:-bookworm}
base=docker.io/library/python:$py-slim
certificates=/etc/ssl/certs/ca-certificates.crt

say() { echo "[$SECONDS s] $*" >&2; }

for tool in podman runc; do
  command -v "$tool" >/dev/null || {
    echo "$tool is not installed: apt-get install podman runc mmdebstrap netavark" >&2
    exit 69
  }
done
mkdir -p "$work"

# runc: Debian 12's crun refuses hybrid cgroups. Ulimits: podman's own are above what a confined root may set.
# Host network and certificates: package indexes are reached as this machine reaches them, through a proxy or not.
cat > "$work/containers.conf" <<C
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
netns = "host"
volumes = ["$certificates:$certificates:ro"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
C
cat > "$work/storage.conf" <<C
[storage]
driver = "${STORAGE_DRIVER:-overlay}"
graphroot = "$work/store"
runroot = "$work/run"
C
cat > "$work/registries.conf" <<C
unqualified-search-registries = ["docker.io"]
short-name-mode = "permissive"
C
cat > "$work/env.sh" <<C
export CONTAINERS_CONF=$work/containers.conf
export CONTAINERS_STORAGE_CONF=$work/storage.conf
export CONTAINERS_REGISTRIES_CONF=$work/registries.conf
C
# shellcheck source=/dev/null
. "$work/env.sh"

make_debian() {
  say "making a minimal Debian $suite"
  mmdebstrap --quiet --format=tar --variant=minbase \
    --include=ca-certificates,netbase,tzdata,libssl3,libffi8,libsqlite3-0,zlib1g,libbz2-1.0,liblzma5,libreadline8,libexpat1,libuuid1 \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$suite" "$work/base.tar.tmp"
  mv "$work/base.tar.tmp" "$work/base.tar"
}

# Prints the prefix of a CPython of version PY that this machine has.
find_python() {
  local versions
  versions=$(pyenv root)/versions
  find "$versions" -mindepth 1 -maxdepth 1 -name "$py.*" | sort -V | tail -1
}

make_base() {
  local root=$work/root python
  if ! command -v mmdebstrap >/dev/null || ! command -v pyenv >/dev/null; then
    echo "$base cannot be pulled, and making it needs mmdebstrap and a Python $py of pyenv's" >&2
    exit 69
  fi
  [ -s "$work/base.tar" ] || make_debian
  python=$(find_python)
  say "laying $python over it"
  rm -rf "$root"
  mkdir -p "$root"
  tar -C "$root" -xf "$work/base.tar" --exclude='./dev/*'
  tar -C "$python" --exclude=__pycache__ --exclude='lib/python*/test' --exclude='lib/python*/config-*' --exclude='*.a' \
    --exclude='lib/python*/idlelib' --exclude='lib/python*/site-packages/*' -cf - bin lib include |
    tar -C "$root/usr/local" -xf -
  find "$root/usr/local/bin" \( -name 'idle*' -o -name '2to3*' -o -name 'pip*' -o -name 'pydoc*' \) -delete
  chroot "$root" /sbin/ldconfig
  chroot "$root" "/usr/local/bin/python$py" -m ensurepip >/dev/null 2>&1
  ln -sf "python$py" "$root/usr/local/bin/python"
  ln -sf "python$py" "$root/usr/local/bin/python3"
  ln -sf pip3 "$root/usr/local/bin/pip"
  find "$root" -name __pycache__ -type d -prune -exec rm -rf {} +
  say "importing it as $base"
  tar -C "$root" -c . | podman import -q -c 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin' \
    -c 'ENV LANG=C.UTF-8' -c 'CMD ["python3"]' - "$base" >/dev/null
  rm -rf "$root"
}

podman image exists "$base" || timeout 60 podman pull -q "$base" >/dev/null 2>&1 || make_base
[ "$context" = - ] && exit 0
say "building $context"
podman build --pull=never --format docker --layers -q --build-arg "BASE=$base" -t "$tag" "$@" "$context"
say "built $tag"
