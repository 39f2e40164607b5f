# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Detections <-> vision_msgs/Detection2DArray (vision_msgs 4.x: ROS 2 Humble and later)."""
import re

import numpy as np
from std_msgs.msg import Header
from vision_msgs.msg import BoundingBox2D, Detection2D, Detection2DArray, ObjectHypothesisWithPose

from face_perception.core.detections import Detections

if not hasattr(BoundingBox2D().center, 'position'):
    raise ImportError('vision_msgs 4.x is needed (ROS 2 Humble and later): '
                      'in the one installed here a box centre has no `position`.')


_LARGEST = float(np.finfo(np.float32).max)      # a message holds float64, Detections float32


def to_message(detections: Detections, header: Header) -> Detection2DArray:
    """Return the Detection2DArray of one image.

    detections: Detections, in source pixels, best first.  header: std_msgs/Header of the image; the
    array and every detection in it carry it unchanged.
    ``class_id`` is the label text; ``id`` is the tracker's id, '' without one.
    """
    message = Detection2DArray(header=header)
    ids = [''] * len(detections) if detections.ids is None else [str(i) for i in detections.ids]
    # tolist() gives Python floats: message fields refuse numpy's.
    rows = zip(detections.boxes.tolist(), detections.scores.tolist(), detections.labels.tolist(), ids)
    for (x1, y1, x2, y2), score, label, face_id in rows:
        detection = Detection2D(header=header, id=face_id)
        detection.bbox.center.position.x = (x1 + x2) / 2
        detection.bbox.center.position.y = (y1 + y2) / 2
        detection.bbox.size_x = x2 - x1
        detection.bbox.size_y = y2 - y1
        hypothesis = ObjectHypothesisWithPose()
        hypothesis.hypothesis.class_id = label
        hypothesis.hypothesis.score = score
        detection.results.append(hypothesis)
        message.detections.append(detection)
    return message


def from_message(message: Detection2DArray, keep_rows: bool = False) -> Detections:
    """Return the Detections of a Detection2DArray, of ours or of any detector.

    The best hypothesis of each detection gives label and score; a detection without one is labelled ''
    with score 0.  A box with a coordinate that is no finite number is left out; with keep_rows it is an empty box,
    so that row i is detection i.
    Ids are kept if every detection has a whole number of up to 18 digits for an id.
    """
    boxes, scores, labels, ids = [], [], [], []
    for detection in message.detections:
        centre, box = detection.bbox.center.position, detection.bbox
        corners = (centre.x - box.size_x / 2, centre.y - box.size_y / 2,
                   centre.x + box.size_x / 2, centre.y + box.size_y / 2)
        if not np.abs(corners).max() <= _LARGEST:       # also where one is no number
            if not keep_rows:
                continue
            corners = (0.0, 0.0, 0.0, 0.0)
        boxes.append(corners)
        best = max((result.hypothesis for result in detection.results),
                   key=lambda hypothesis: hypothesis.score, default=None)
        scores.append(np.clip(best.score, -_LARGEST, _LARGEST) if best else 0.0)
        labels.append(best.class_id if best else '')
        ids.append(detection.id)
    # Other detectors put any text there; digits of other scripts and more than 64 bits are no ids of ours.
    known = bool(ids) and all(re.fullmatch('[0-9]{1,18}', text) for text in ids)
    return Detections(np.array(boxes, np.float32).reshape(-1, 4), scores, labels,
                      [int(text) for text in ids] if known else None)
