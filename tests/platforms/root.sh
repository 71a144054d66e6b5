# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Another Debian in a directory, `root`, for the scripts beside it; sourced by them.

# in_root COMMAND, in a mount and process namespace of its own: nothing stays mounted or running, whatever happens.
in_root() {
  # shellcheck disable=SC2016 # the shell in there expands it
  unshare --mount --pid --fork --kill-child bash -euc '
    mount --make-rprivate /
    # Its own root, not a changed one: what unshares or enters a mount namespace in there finds the same.
    mount --rbind "$1" "$1"
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    mount --rbind /sys "$1/sys"
    cd "$1"
    pivot_root . .
    umount --lazy .
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive bash -euc "$2"
  ' in_root "$root" "$1"
}

# make_root SUITE: with debootstrap, unless it is there already. No service starts in it, and PostgreSQL gets no cluster.
make_root() {
  mkdir -p "${root%/*}"
  if [[ ! -e $root.made ]]; then
    rm -rf "$root"
    debootstrap --variant=minbase "$1" "$root" >"$root.log" 2>&1 || { tail "$root.log" >&2; return 1; }
    touch "$root.made"
  fi
  cp /etc/hosts /etc/resolv.conf "$root/etc"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  mkdir -p "$root/etc/postgresql-common/createcluster.d"
  echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.d/50-none.conf"
}

# install_in_root PACKAGE...
install_in_root() {
  in_root "apt-get -qq update && apt-get -qq install --no-install-recommends $*" >>"$root.log" 2>&1 ||
    { tail "$root.log" >&2; return 1; }
}

# This tree as it stands, in /src. What is built there stays.
copy_sources() {
  mkdir -p "$root/src"
  git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from=- | tar --extract --directory "$root/src"
}
