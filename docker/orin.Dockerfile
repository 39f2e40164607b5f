# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
#
# Jetson Orin Nano, NX and AGX Orin, JetPack 6 (L4T 36.x, Ubuntu 22.04, Python 3.10). Build it on the board, in the clone:
#
#   docker/compose build orin
#
# JetPack 5 (L4T 35.x): docker/compose build --build-arg L4T=r35.4.1 --build-arg ONNXRUNTIME=1.19.2 --build-arg NUMPY=1.24.4 orin
# The base image holds CUDA and TensorRT, and ROS 2 Humble with vision_msgs and cv_bridge built from source below $ROS_ROOT.
ARG L4T=r36.3.0
FROM dustynv/ros:humble-ros-base-l4t-${L4T}

SHELL ["/bin/bash", "-o", "pipefail", "-c"]

ENV RMW_IMPLEMENTATION=rmw_fastrtps_cpp
RUN if ! { . "$ROS_ROOT/install/setup.bash" \
           && python3 -c 'import cv2, cv_bridge, rclpy, tensorrt, vision_msgs.msg; print("TensorRT", tensorrt.__version__)' \
           && python3 -c 'import rclpy; rclpy.init(); rclpy.create_node("base_image").destroy_node(); rclpy.shutdown()'; }; then \
        echo "The base image lacks something that is needed: see the lines above." >&2; exit 1; \
    fi

# The base image may name a package index that is gone; empty means pip's own.
ARG ONNXRUNTIME=1.23.2
ARG NUMPY=1.26.4
ENV PIP_INDEX_URL= \
    PIP_EXTRA_INDEX_URL=
RUN pip3 install --no-cache-dir "numpy==$NUMPY" "onnxruntime==$ONNXRUNTIME" \
    && python3 -c 'import cv2, numpy, onnxruntime; print("ONNX Runtime", onnxruntime.__version__)'

# PyCUDA runs the engines; PYCUDA= leaves it out: faces on the CPU then.
ARG PYCUDA=2024.1.2
ENV PATH=/usr/local/cuda/bin:$PATH
RUN if [ -n "$PYCUDA" ]; then \
        export CPATH=/usr/local/cuda/include LIBRARY_PATH=/usr/local/cuda/lib64:/usr/local/cuda/lib64/stubs; \
        pip3 install --no-cache-dir "numpy==$NUMPY" "pycuda==$PYCUDA"; \
    fi

# The package. face_perception_msgs is for landmarks alone; PACKAGES=face_perception leaves it out.
ARG PACKAGES="face_perception_msgs face_perception"
WORKDIR /opt/face_perception
COPY . .
# hadolint ignore=SC2086
RUN . "$ROS_ROOT/install/setup.bash" \
    && colcon build --packages-select $PACKAGES \
    && rm -rf build log \
    && install -m 755 docker/entrypoint.sh /entrypoint.sh

# Cameras and the GPU belong to the group video. The cache exists before a volume is put there, so that it has its owner.
RUN useradd --create-home --groups video face \
    && install -d -m 700 -o face -g face /home/face/.cache /home/face/.cache/face_perception
USER face
WORKDIR /home/face
ENTRYPOINT ["/entrypoint.sh"]
CMD ["ros2", "launch", "face_perception", "nano.launch.py"]
