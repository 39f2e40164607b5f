# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
# What must come from the system: the machine itself and a few packages. Sourced, after common.sh.
# shellcheck shell=bash

check_wheels_platform() {
    local machine
    machine="$(uname -s) on $(uname -m)"
    [[ $machine == 'Linux on x86_64' ]] \
        || fail 2 "$machine without ROS 2 is not supported, as ROS 2's Python" \
        'wheels are for Linux on x86_64: install and source ROS 2 Humble or later, then run this again.'
    works getconf GNU_LIBC_VERSION \
        || fail 2 "ROS 2's Python wheels need a Linux with glibc, such as Debian or Ubuntu."
}

# need_packages PACKAGE...: install Debian packages, or say how.
need_packages() {
    local sudo=()
    if ! works command -v apt-get; then
        fail 2 "missing: $*. Install what your distribution calls these Debian packages, then run this again."
    fi
    if [[ $(id -u) != 0 ]]; then
        if ! works sudo -n true; then
            fail 2 "missing system packages; run: sudo apt-get install -y $*"
        fi
        sudo=(sudo -n)
    fi
    say "==> Installing system packages: $*"
    # The first try spares a look at the package lists where they are fresh enough.
    apt_install "${sudo[@]}" "$@" || {
        works "${sudo[@]}" apt-get update || true
        apt_install "${sudo[@]}" "$@"
    } || fail 2 "could not install system packages; run: sudo apt-get install -y $*"
}

apt_install() {
    local prefix=()
    if [[ $1 == sudo ]]; then
        prefix=(sudo -n)
        shift 2
    fi
    works "${prefix[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# need_venv PYTHON: Debian ships Python without the parts that make virtual environments.
need_venv() {
    works "$1" -c 'import ensurepip, venv' || need_packages "$(debian_name "$1")-venv"
}

# need_compiler PYTHON: what turns interfaces into Python modules.
need_compiler() {
    local missing=()
    if ! works command -v gcc || ! works command -v g++; then
        missing+=(g++)
    fi
    works "$1" -c 'import os, sysconfig; os.stat(sysconfig.get_path("include") + "/Python.h")' \
        || missing+=("$(debian_name "$1")-dev")
    works "$1" -c 'import ensurepip, venv' || missing+=("$(debian_name "$1")-venv")
    [[ ${#missing[@]} == 0 ]] || need_packages "${missing[@]}"
}

# debian_name PYTHON: what Debian's packages for a Python begin with: python3, or python3.12 where that is
# another.
debian_name() {
    if [[ $1 -ef /usr/bin/python3 ]]; then
        printf 'python3'
    else
        "$1" -c 'import sys; print("python{}.{}".format(*sys.version_info))'
    fi
}
