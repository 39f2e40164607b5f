# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
# Fills the virtual environment. Sourced, after common.sh and system.sh.
# shellcheck shell=bash

REQUIREMENTS=$PARTS/requirements
LOG=$VENV/bootstrap.log
# Picks name, version and size of large downloads out of pip's words.
DOWNLOADS='s/^ *Downloading \(.*\/\)\?\([^ -]*-[^ -]*\)-[^ ]* (\([0-9.]* [MG]B\)).*/    \2, \3/p'

PIP_INSTALL=(-m pip --disable-pip-version-check install --progress-bar off)

# recorded COMMAND...: run it and show large downloads as they come; all it says goes to the log.
recorded() { "$@" 2>&1 | tee -a "$LOG" | sed -un "$DOWNLOADS" >&2; }

# logged COMMAND...: the same; where it fails all ends, with the end of the log.
logged() {
    recorded "$@" || {
        tail -n 25 "$LOG" >&2
        fail 1 "this failed: $* (all of it stands in $LOG)"
    }
}

pip() { logged "$VENV/bin/python" "${PIP_INSTALL[@]}" "$@"; }

# make_venv PYTHON [OPTION]: a new, empty environment in place of what there was.
make_venv() {
    say "==> Making ${VENV##*/} with Python $(python_version "$1")"
    rm -rf "$VENV"
    "$1" -m venv "${@:2}" "$VENV" || fail 1 "$1 could not make a virtual environment"
    mkdir -p "$STATE"
    # So that tools which look for packages or files below the clone pass it by.
    touch "$VENV/COLCON_IGNORE"
    printf '*\n' > "$VENV/.gitignore"
}

# install_wheels DISTRO: ROS from wheels and all else at its pinned version.
install_wheels() {
    say "==> Installing ROS 2 $1 and what the package needs, about 150 MB"
    pip -r "$REQUIREMENTS/ros-$1.txt" -r "$REQUIREMENTS/runtime.txt" -r "$REQUIREMENTS/demo.txt"
    pip --no-deps -r "$REQUIREMENTS/clips.txt"
}

# install_missing FILE...: what an installed ROS does not bring already, in a version that fits its numpy.
install_missing() {
    local missing names name requirement constraints=$STATE/constraints.txt
    missing=$("$VENV/bin/python" "$PARTS/missing_requirements.py" --constraints "$constraints" \
        "${@/#/$REQUIREMENTS/}")
    [[ -n $missing ]] || return 0
    names=$(sed 's/[ =].*//' <<< "$missing" | uniq)
    say "==> Installing what this ROS does not bring: ${names//$'\n'/ }"
    while read -ru 3 requirement; do
        # Our pin is what was tried; another version where it does not fit this Python or this ROS's numpy, an
        # older one rather than an hour of compiling.
        name=${requirement%%[ =]*}
        recorded "$VENV/bin/python" "${PIP_INSTALL[@]}" -c "$constraints" --only-binary "$name" \
            "$requirement" \
            || pip --prefer-binary -c "$constraints" "$name"
    done 3<<< "$missing"
}

# install_aside NAME: what tests read from a folder of its own, as its files are in the way of other packages; they
# are skipped where it cannot be had.
install_aside() {
    local target=$VENV/aside/$1
    say "==> Installing $1 for the tests, beside all else"
    rm -rf "$target"
    recorded "$VENV/bin/python" "${PIP_INSTALL[@]}" --no-deps --only-binary :all: --target "$target" \
        -r "$REQUIREMENTS/$1.txt" || {
        rm -rf "$target"
        say "==> Left out: $1, which could not be installed; ${LOG#"$ROOT/"} says why"
    }
}

# install_interfaces: vision_msgs and our messages for the ROS of the wheels, made here once per Python and
# ROS.
install_interfaces() {
    local packages=("$PARTS/vision_msgs" "$ROOT/face_perception_msgs") key cache
    key=$("$VENV/bin/python" -c 'import sys; print("cp{}{}".format(*sys.version_info))')-$1
    key=$key-$(content_of "$REQUIREMENTS/ros-$1.txt" "$PARTS/build_interfaces.py" "$PARTS/interfaces" \
        "${packages[@]}")
    cache=$ROOT/.cache/interfaces/$key
    if [[ ! -d $cache ]]; then
        need_compiler "$(base_python "$VENV/bin/python")"
        say '==> Building vision_msgs and face_perception_msgs, about 10 s'
        (
            # Under its final name only when whole: a rename, as both lie in one file system.
            mkdir -p "${cache%/*}"
            work=$(mktemp -d "$ROOT/.cache/building.XXXXXX")
            trap 'rm -rf "$work"' EXIT
            logged "$VENV/bin/python" -B "$PARTS/build_interfaces.py" --build-dir "$work/build" \
                --wheel-dir "$work/wheels" "${packages[@]}"
            mv "$work/wheels" "$cache"
        )
    fi
    pip --no-deps --no-index --force-reinstall "$cache"/*.whl
}

# build_overlay: our messages for an installed ROS, by colcon; they are a bonus, as /faces needs vision_msgs
# only.
build_overlay() {
    # By the newest field of a message: those of an older version may be there, and where Python runs in this clone,
    # the source folder of that name passes for a package.
    if works "$VENV/bin/python" -c 'from face_perception_msgs.msg import FaceLandmarks; FaceLandmarks().detection'; then
        return
    fi
    if ! works command -v colcon || ! works command -v cmake || [[ ! -e $(ament_cmake_folder) ]]; then
        say '==> Left out: face_perception_msgs (landmarks need it), as colcon or ament_cmake is missing here'
        return
    fi
    say '==> Building face_perception_msgs with colcon'
    mkdir -p "$STATE/overlay"
    (
        cd "$STATE/overlay" || exit
        logged colcon --log-base log build --base-paths "$ROOT/face_perception_msgs" \
            --cmake-args "-DPython3_EXECUTABLE=$ROS_PYTHON"
    )
}

ament_cmake_folder() {
    local prefix
    local IFS=:
    for prefix in $AMENT_PREFIX_PATH; do
        if [[ -d $prefix/share/ament_cmake ]]; then
            printf '%s' "$prefix/share/ament_cmake"
            return
        fi
    done
}

# install_package: this clone's source itself, not a copy of it that grows old.
install_package() {
    say '==> Linking face_perception of this clone'
    logged "$VENV/bin/python" "$PARTS/link_package.py"
}

# install_training: torch and the training tree; beside an installed ROS into an environment without its
# packages.
install_training() {
    say '==> Installing PyTorch and the training tree; this is large'
    if [[ ! -e /dev/nvidia0 && ! -e /dev/nvidiactl && -z ${PIP_EXTRA_INDEX_URL:-} ]]; then
        say '    (PIP_EXTRA_INDEX_URL with the index of PyTorch for CPUs makes it smaller where there is no' \
            'NVIDIA GPU)'
    fi
    if [[ $(ros_kind) == wheels ]]; then
        pip -e "$ROOT/training[test]"
        return
    fi
    (
        VENV=$TRAINING_VENV
        # ROS's own packages, too, would count as installed.
        unset PYTHONPATH
        make_venv "$1"
        pip -e "$ROOT/training[test]"
        logged "$VENV/bin/python" "$PARTS/link_package.py"
    )
}

# content_of PATH...: a short hash of files of this clone, also of those in folders; where the clone lies is
# no part of it.
content_of() {
    (
        cd "$ROOT" || exit
        find "${@#"$ROOT/"}" -type f ! -name '*.pyc' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
    ) | sha256sum | cut -c 1-16
}
