# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# Debian packages for the scripts that build and run the exporter; sourced by them.

BUILD_PACKAGES=(build-essential cmake ninja-build pkg-config libpq-dev libcpp-httplib-dev prometheus-cpp-dev
  libyaml-cpp-dev libspdlog-dev libfmt-dev libboost-program-options-dev doctest-dev nlohmann-json3-dev libssl-dev
  zlib1g-dev libcrypt-dev libsystemd-dev cmark file)
RUN_PACKAGES=(postgresql prometheus prometheus-alertmanager prometheus-blackbox-exporter prometheus-node-exporter
  python3 python3-psycopg2)

# install_packages PACKAGE...
# Installs what is missing and nothing else: no service starts, now or at the next boot, and
# PostgreSQL gets no cluster that nobody asked for. Does nothing if everything is there.
install_packages() {
  local missing=() package
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if (($(id -u) != 0)) && ! command -v sudo >/dev/null; then
    echo "Please install as root: apt-get install ${missing[*]}" >&2
    return 1
  fi
  echo "Installing Debian packages: ${missing[*]}"
  install_quietly "${missing[@]}"
}

is_installed() {
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

as_root() {
  if (($(id -u) == 0)); then "$@"; else sudo "$@"; fi
}

# In a subshell, so that its trap is its own.
install_quietly() (
  log=$(mktemp)
  policy=/usr/sbin/policy-rc.d
  clusters=/etc/postgresql-common/createcluster.d/50-none.conf
  cleanup=(rm -f "$log")
  trap 'as_root "${cleanup[@]}"' EXIT

  # Package scripts ask this program whether they may start a service; 101 means no.
  if [[ ! -e $policy ]]; then
    cleanup+=("$policy")
    printf '#!/bin/sh\nexit 101\n' | as_root install -m 755 /dev/stdin "$policy"
  fi
  if [[ ! -e $clusters ]]; then
    cleanup+=("$clusters")
    echo 'create_main_cluster = false' | as_root install -D -m 644 /dev/stdin "$clusters"
  fi

  apt=(as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
  if ! { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "$@" && stay_off "$@"; } >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
)

# Installing a service also enables it for the next boot; whoever wants that enables it again.
stay_off() {
  local unit
  command -v systemctl >/dev/null || return 0
  dpkg-query --listfiles "$@" | sed -n 's|^/lib/systemd/system/\([^@]*\.service\)$|\1|p' |
    while read -r unit; do
      as_root systemctl --quiet disable "$unit"
    done
}
