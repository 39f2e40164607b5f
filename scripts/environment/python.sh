# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
# Tells Pythons apart and finds one for the ROS wheels. Sourced, after common.sh.
# shellcheck shell=bash

# base_python COMMAND: print the path of a Python, for that of a virtual environment the one it was made from;
# fail where it does not start. A version manager may put names on PATH that do not.
base_python() {
    "$1" -c 'import os, sys; print(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))' \
        2> /dev/null
}

python_version() { "$1" -c 'import platform; print(platform.python_version())' 2> /dev/null; }

# There are wheels of rclpy for these versions.
fits_wheels() { works "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))'; }

# The demo and training need no less; an installed ROS may have a Python from 3.6 on.
at_least_3_10() { works "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))'; }

# Print the path of the Python to use: $PYTHON, else python3, else the newest that fits.
find_wheels_python() {
    local candidate found version
    for candidate in ${PYTHON:+"$PYTHON"} $([[ -n ${PYTHON:-} ]] || echo python3{,.13,.12,.11,.10}); do
        if found=$(base_python "$candidate") && fits_wheels "$found"; then
            printf '%s' "$found"
            return
        fi
    done
    version=$(python_version "${PYTHON:-python3}") || version='none'
    fail 2 "without an installed ROS 2 a Python 3.10 to 3.13 is needed, ${PYTHON:-python3} is: $version." \
        'Install one and name it: PYTHON=/path/to/python3.12' "$0"
}
