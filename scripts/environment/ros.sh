# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
# Finds the ROS 2 to use. Sourced, after common.sh and python.sh.
# shellcheck shell=bash

# Distributions whose wheels we have pinned; the first is the default.
WHEELS=(kilted jazzy)

# new_enough NAME: distributions are named along the alphabet. ROS 1 has names of its own and ROS_VERSION 1.
new_enough() { [[ ! $1 < humble ]]; }

# ros_python: print the Python that imports the rclpy of the sourced ROS.
ros_python() {
    local candidate found
    for candidate in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
        if found=$(base_python "$candidate") && works "$found" -c 'import rclpy'; then
            printf '%s' "$found"
            return
        fi
    done
    return 1
}

# Find an installed ROS 2 and set ROS_PYTHON, ROS_NAME and ROS_SETUP (the file to source, empty where only the
# shell's own sourcing is known). A sourced one comes first, else the newest below /opt/ros.
find_installed_ros() {
    local setups=() i
    if [[ -n ${AMENT_PREFIX_PATH:-} && -n ${ROS_DISTRO:-} ]]; then
        if [[ ${ROS_VERSION:-2} == 2 ]] && new_enough "$ROS_DISTRO"; then
            if ROS_PYTHON=$(ros_python); then
                ROS_NAME=$ROS_DISTRO
                ROS_SETUP=$(setup_of_rclpy)
                return 0
            fi
            say "==> ROS $ROS_DISTRO is sourced, but no Python here imports its rclpy: looking further"
        fi
    fi
    if [[ ${ROS_VERSION:-2} != 2 ]] || ! new_enough "${ROS_DISTRO:-humble}"; then
        say "==> ROS $ROS_DISTRO is too old (ROS 2 Humble or later is needed) and is left aside"
        unset ROS_DISTRO ROS_VERSION
    fi
    shopt -s nullglob
    # Container images with a ROS built from source keep it in install/.
    setups=("${FACE_PERCEPTION_ROS_ROOT:-/opt/ros}"/${ROS_DISTRO:-*}/{,install/}setup.bash)
    shopt -u nullglob
    for ((i = ${#setups[@]} - 1; i >= 0; i--)); do
        if look_into_setup "${setups[i]}"; then
            return 0
        fi
    done
    return 1
}

# setup_of_rclpy: print the file that sources the installation rclpy is in; nothing where there is none, as
# where each package has a folder of its own.
setup_of_rclpy() {
    local prefix
    local IFS=:
    for prefix in $AMENT_PREFIX_PATH; do
        if [[ -e $prefix/share/rclpy/package.xml && -e $prefix/setup.bash ]]; then
            printf '%s' "$prefix/setup.bash"
            return
        fi
    done
}

# look_into_setup FILE: set ROS_PYTHON, ROS_NAME and ROS_SETUP if sourcing the file gives a ROS 2 that we can
# use.
look_into_setup() {
    local found
    found=$(
        unset ROS_DISTRO AMENT_PREFIX_PATH
        source_setup "$1" 2> /dev/null
        [[ ${ROS_VERSION:-} == 2 ]] && new_enough "${ROS_DISTRO:-}" || exit
        printf '%s\n' "$ROS_DISTRO"
        ros_python
    ) || return 1
    ROS_NAME=${found%%$'\n'*}
    ROS_PYTHON=${found##*$'\n'}
    ROS_SETUP=$1
}

# wheels_distro: print the distribution whose wheels are wanted: $ROS_DISTRO, else that of the environment
# there is.
wheels_distro() {
    local known distro=${ROS_DISTRO:-} kind=''
    if [[ -z $distro && -r $STATE/ros ]]; then
        { read -r kind && read -r distro; } < "$STATE/ros" || true
        [[ $kind == wheels ]] || distro=
    fi
    for known in "${WHEELS[@]}"; do
        if [[ ${distro:-${WHEELS[0]}} == "$known" ]]; then
            printf '%s' "$known"
            return
        fi
    done
    fail 2 "ROS_DISTRO is $distro, which is not installed here and of which there are no wheels:" \
        "install and source it, or set ROS_DISTRO to one of: ${WHEELS[*]}, or to nothing."
}
