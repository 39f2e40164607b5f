# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
#
# Jetson Nano, JetPack 4.6.1 and later (L4T 32.7.x, Ubuntu 18.04, Python 3.6). Build it on the board, in the clone:
#
#   docker/compose build nano
#
# CUDA 10.2 and TensorRT 8.2 are the board's own: the nvidia runtime puts them into the container, also while it is built
# if /etc/docker/daemon.json says "default-runtime": "nvidia" (docs/jetson.md). The base image holds ROS 2 Humble, with
# vision_msgs and cv_bridge built from source below $ROS_ROOT, colcon, and OpenCV 4.5 with GStreamer for Python 3.6.
FROM dustynv/ros:humble-ros-base-l4t-r32.7.1

SHELL ["/bin/bash", "-o", "pipefail", "-c"]

# What the base image is to bring is looked at first, so that a change of it is one sentence, not a node that does not start.
# Its middleware is Cyclone DDS; our nodes make room for images in the shared memory of Fast DDS, which is built there, too.
ENV RMW_IMPLEMENTATION=rmw_fastrtps_cpp
RUN if ! { . "$ROS_ROOT/install/setup.bash" \
           && python3 -c 'import cv2, cv_bridge, rclpy, vision_msgs.msg; print("OpenCV", cv2.__version__)' \
           && python3 -c 'import rclpy; rclpy.init(); rclpy.create_node("base_image").destroy_node(); rclpy.shutdown()'; }; then \
        echo "The base image lacks something that is needed: see the lines above." >&2; exit 1; \
    fi

# The base image may name a package index that is gone; empty means pip's own. The last versions for Python 3.6.
# numpy 1.19.5 ends with "Illegal instruction" on a Nano (numpy/numpy#18131): 1.19.4, and the variable as a second cure.
ENV PIP_INDEX_URL= \
    PIP_EXTRA_INDEX_URL= \
    OPENBLAS_CORETYPE=ARMV8
RUN pip3 install --no-cache-dir numpy==1.19.4 protobuf==3.19.6 onnxruntime==1.10.0 \
    && python3 -c 'import cv2, numpy, onnxruntime; print("ONNX Runtime", onnxruntime.__version__)'

# PyCUDA runs the engines; it is built against the board's CUDA (a few minutes). PYCUDA= leaves it out: faces on the CPU then.
ARG PYCUDA=2022.1
ENV PATH=/usr/local/cuda/bin:$PATH \
    LD_LIBRARY_PATH=/usr/local/cuda/lib64:$LD_LIBRARY_PATH
RUN if [ -n "$PYCUDA" ]; then \
        if [ ! -f /usr/local/cuda/include/cuda.h ]; then \
            echo "There is no cuda.h: set the default runtime of Docker to nvidia (docs/jetson.md), or build with" \
                 "--build-arg PYCUDA= for a container without TensorRT." >&2; exit 1; \
        fi; \
        export CPATH=/usr/local/cuda/include LIBRARY_PATH=/usr/local/cuda/lib64:/usr/local/cuda/lib64/stubs; \
        pip3 install --no-cache-dir pytools==2022.1.12 Mako==1.1.6 "pycuda==$PYCUDA"; \
    fi

# The package. face_perception_msgs is for landmarks alone; PACKAGES=face_perception leaves it out.
ARG PACKAGES="face_perception_msgs face_perception"
WORKDIR /opt/face_perception
COPY . .
# hadolint ignore=SC2086
RUN . "$ROS_ROOT/install/setup.bash" \
    && if [ -x /usr/bin/gcc-8 ]; then export CC=/usr/bin/gcc-8 CXX=/usr/bin/g++-8; fi \
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
