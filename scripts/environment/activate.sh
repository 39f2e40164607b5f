# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
# Puts a shell into the environment that bootstrap made. Sourced, after common.sh.
# shellcheck shell=bash

# source_setup FILE: source a setup file of ROS, which reads variables that may not be set.
source_setup() {
    set +u
    # shellcheck disable=SC1090
    source "$1" > /dev/null
    set -u
}

# ros_kind: print whether ROS comes from wheels or is an installed one: wheels or ros.
ros_kind() { head -n 1 "$STATE/ros"; }

activate() {
    local kind distro setup
    [[ -r $STATE/ros ]] || fail 1 'there is no environment yet: run scripts/bootstrap'
    { read -r kind && read -r distro && read -r setup; } < "$STATE/ros" || true
    forget_environment
    if [[ $kind == wheels ]]; then
        # Another ROS may have been sourced that is too old for us; its Python modules would come first.
        PYTHONPATH=$(keep_paths no_rclpy "${PYTHONPATH:-}")
        export PYTHONPATH
        [[ -n $PYTHONPATH ]] || unset PYTHONPATH
        export AMENT_PREFIX_PATH=$VENV ROS_DISTRO=$distro ROS_VERSION=2 ROS_PYTHON_VERSION=3
        # The only one there is among the wheels, whatever the user has chosen for an installed ROS.
        export RMW_IMPLEMENTATION=rmw_fastrtps_cpp
    else
        if [[ -n $setup && -z ${AMENT_PREFIX_PATH:-} ]]; then
            source_setup "$setup"
        fi
        if [[ -e $STATE/overlay/install/local_setup.bash ]]; then
            source_setup "$STATE/overlay/install/local_setup.bash"
        fi
        export AMENT_PREFIX_PATH=$VENV${AMENT_PREFIX_PATH:+:$AMENT_PREFIX_PATH}
        # For face-training; all else of the same name comes first.
        PATH=$PATH:$TRAINING_VENV/bin
    fi
    export VIRTUAL_ENV=$VENV PATH=$VENV/bin:$PATH
}
