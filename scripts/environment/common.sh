# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
# Paths and small tools of all scripts. Sourced, by bash.
# shellcheck shell=bash disable=SC2034

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
PARTS=$ROOT/scripts/environment
VENV=$ROOT/.venv
# What bootstrap remembers of its last run; goes with the environment it describes.
STATE=$VENV/bootstrap
# Training wants newer packages, numpy above all, than an installed ROS goes with: it has its own beside one.
TRAINING_VENV=$ROOT/.venv-training

# Progress goes to standard error: `scripts/run CMD | ...` passes on what CMD writes and nothing else.
say() { printf '%s\n' "$*" >&2; }

# fail STATUS MESSAGE...: 2 says that this machine cannot do it as it is, 1 that something went wrong.
fail() {
    local status=$1
    shift
    say "face_perception: $*"
    exit "$status"
}

# works COMMAND...: tell whether it ends well, without a word of its own.
works() { "$@" > /dev/null 2>&1; }

# keep_paths FILTER PATHS: print a colon-separated list without the entries FILTER turns down.
keep_paths() {
    local filter=$1 kept='' entry
    local IFS=:
    for entry in $2; do
        if [[ -n $entry ]] && "$filter" "$entry"; then
            kept=${kept:+$kept:}$entry
        fi
    done
    printf '%s' "$kept"
}

not_in_venv() { [[ ! -e $1/pyvenv.cfg && ! -e $1/../pyvenv.cfg && $1 != */ros_*.libs ]]; }
no_rclpy() { [[ ! -d $1/rclpy ]]; }
no_other_face_perception() { [[ ! -d $1/face_perception || $1 -ef $ROOT ]]; }

# Undo what an environment of ours put into this shell, so that scripts may be started inside `scripts/run`,
# this clone's or another's. A wheel's libraries found by way of LD_LIBRARY_PATH would be those of the outer
# environment.
forget_environment() {
    AMENT_PREFIX_PATH=$(keep_paths not_in_venv "${AMENT_PREFIX_PATH:-}")
    LD_LIBRARY_PATH=$(keep_paths not_in_venv "${LD_LIBRARY_PATH:-}")
    PYTHONPATH=$(keep_paths no_other_face_perception "${PYTHONPATH:-}")
    export AMENT_PREFIX_PATH LD_LIBRARY_PATH PYTHONPATH
    # An empty LD_LIBRARY_PATH or PYTHONPATH would mean the current folder.
    [[ -n $AMENT_PREFIX_PATH ]] || unset AMENT_PREFIX_PATH
    [[ -n $LD_LIBRARY_PATH ]] || unset LD_LIBRARY_PATH
    [[ -n $PYTHONPATH ]] || unset PYTHONPATH
    # The ROS wheels set this beside LD_LIBRARY_PATH: with the one and without the other rclpy does not load.
    unset _ROS_WHEELS_BOOTSTRAP_COMPLETE PYTHONHOME
}
