# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
#
# A laptop or server without a GPU, ROS 2 Humble, or Jazzy with ROS_DISTRO=jazzy; also the viewer for a board (docs/jetson.md).
#
#   docker/compose build desktop
ARG ROS_DISTRO=humble
FROM ros:${ROS_DISTRO}-ros-base

SHELL ["/bin/bash", "-o", "pipefail", "-c"]

# $ROS_DISTRO is set by the base image.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        python3-numpy python3-opencv python3-pip python3-yaml \
        "ros-$ROS_DISTRO-cv-bridge" "ros-$ROS_DISTRO-foxglove-bridge" "ros-$ROS_DISTRO-vision-msgs" \
    && rm -rf /var/lib/apt/lists/*

# Ubuntu 24.04 asks for the variable; OpenCV of the distribution is built with numpy 1.
RUN PIP_BREAK_SYSTEM_PACKAGES=1 pip3 install --no-cache-dir numpy==1.26.4 onnxruntime==1.23.2 \
    && python3 -c 'import cv2, numpy, onnxruntime; print("ONNX Runtime", onnxruntime.__version__)'

WORKDIR /opt/face_perception
COPY . .
RUN . "/opt/ros/$ROS_DISTRO/setup.bash" \
    && colcon build \
    && rm -rf build log \
    && install -m 755 docker/entrypoint.sh /entrypoint.sh

# Cameras belong to the group video. The cache exists before a volume is put there, so that it has its owner.
RUN useradd --create-home --groups video face \
    && install -d -m 700 -o face -g face /home/face/.cache /home/face/.cache/face_perception
USER face
WORKDIR /home/face
ENTRYPOINT ["/entrypoint.sh"]
CMD ["ros2", "launch", "face_perception", "nano.launch.py"]
