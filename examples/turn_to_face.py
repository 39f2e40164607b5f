# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A behaviour that says where the best human face is: the smallest useful subscriber of /faces."""
import rclpy
from rclpy.executors import ExternalShutdownException
from vision_msgs.msg import Detection2DArray


def on_faces(message: Detection2DArray) -> None:
    """Say where the best human face is."""
    for face in message.detections:                        # best first
        found = face.results[0].hypothesis                 # class_id is 'human' or 'cartoon'
        if found.class_id == 'human' and found.score > 0.6:
            x, seconds = face.bbox.center.position.x, face.header.stamp.sec
            print(f'turn towards x = {x:.0f} px, seen at {seconds} s', flush=True)
            break


rclpy.init()
node = rclpy.create_node('turn_to_face')
node.create_subscription(Detection2DArray, 'faces', on_faces, 5)
try:
    rclpy.spin(node)
except (KeyboardInterrupt, ExternalShutdownException):     # Ctrl-C
    pass
