#!/usr/bin/env bash
# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs a command with ROS and this package at hand: what a container starts with, and what its health is asked by.
set -euo pipefail

sourced=no
# ROS built from source lies below $ROS_ROOT, the distribution's in /opt/ros; our package goes over it.
for setup in "${ROS_ROOT:-/nowhere}/install/setup.bash" "/opt/ros/${ROS_DISTRO:-nowhere}/setup.bash" \
             "${FACE_PERCEPTION_ROOT:-/opt/face_perception}/install/setup.bash"; do
    if [[ -f $setup ]]; then
        set +eu         # the scripts of colcon read variables that nobody has set
        # shellcheck disable=SC1090
        source "$setup"
        set -eu
        sourced=yes
    fi
done
if [[ $sourced == no ]]; then
    echo "entrypoint: found no ROS: expected \$ROS_ROOT/install/setup.bash or /opt/ros/\$ROS_DISTRO/setup.bash." >&2
    exit 1
fi
exec "$@"
