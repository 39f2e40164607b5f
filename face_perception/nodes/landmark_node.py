# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the points of the `faces` in the `image` of the same stamp, only while somebody subscribes to what comes out."""
import math
import os
import time
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
from geometry_msgs.msg import PoseArray
from vision_msgs.msg import Detection2DArray

from face_perception.api import open_landmarks
from face_perception.backends import BackendLost, BackendOptions
from face_perception.core.frame import Frame
from face_perception.core.head_pose import HeadPose, looks_at_camera
from face_perception.core.landmarks import LandmarkFinder
from face_perception.parameter_tables import EVERY_LABEL, LANDMARKS
from face_perception.pipeline.landmark_pipeline import FacesFrame, LandmarkPipeline, LandmarkResult, Wanted
from face_perception.ros import qos
from face_perception.ros.diagnostics import OK, WARN, Diagnostics, Times
from face_perception.ros.faces_input import FacesInput, face_pairs
from face_perception.ros.head_poses import HeadPoses
from face_perception.ros.images import ImageError, stamp_of
from face_perception.ros.landmark_messages import import_messages, to_landmarks_message, to_pose_array
from face_perception.ros.lifecycle import LOST, FaceNode
from face_perception.ros.messages import from_message
from face_perception.ros.process import main_of
from face_perception.ros.reports import OnceReporter
from face_perception.ros.topic_watch import steady_timer

# Faces come first: where all cores are busy, the detector gets them.
NICENESS = 10


class LandmarkNode(FaceNode):
    """A host of a `LandmarkPipeline`: the callbacks pair images and faces, the pipeline answers the newest pair."""

    def __init__(self, make_finder: Callable[..., LandmarkFinder] = open_landmarks, name: str = 'landmark_node',
                 **node_options: Any) -> None:
        """Prepare a node.

        Args:
            make_finder: called as ``face_perception.api.open_landmarks``.
            name: of the node.
            node_options: see `FaceNode`.
        """
        super().__init__(name, LANDMARKS, **node_options)
        self._make_finder = make_finder
        self._bad = OnceReporter(self.get_logger().warning)
        self._pairs = face_pairs(self.settings, self._on_pair)
        self._outputs: Dict[str, Any] = {}
        self._about: Dict[str, str] = {}
        self._pipeline: Optional[LandmarkPipeline] = None
        self._timer: Any = None
        self._diagnostics: Any = None
        self._input: Optional[FacesInput] = None
        self._poses: Optional[HeadPoses] = None

    def open(self) -> None:
        """Open the model in the thread that will use it, and offer what comes out."""
        self._times = Times()
        self._processed = 0
        kinds = {qos.LANDMARKS: import_messages().FaceLandmarksArray}
        if self.settings['pose']:
            kinds.update({qos.HEAD_POSES: PoseArray, qos.GAZE_TARGET: Detection2DArray})
        self._pipeline = LandmarkPipeline(self._open_finder, self._on_result, self._on_error, self._wanted)
        for topic, kind in kinds.items():
            self._outputs[topic.name] = self.create_lifecycle_publisher(
                kind, topic.name, qos.profile(topic), qos_overriding_options=qos.overridable())
        self._pipeline.start(wanted=self.wanted_meanwhile)

    def start(self) -> None:
        """Look twice a second whether anybody wants points."""
        self._diagnostics = Diagnostics(self, self._health, self._about.get('backend', self.settings['backend']))
        self._timer = steady_timer(self, 0.5, self._subscribe_if_wanted)

    def stop(self) -> None:
        """Stop looking and unsubscribe; also after a start that failed half-way."""
        if self._timer is not None:
            self.destroy_timer(self._timer)
        if self._diagnostics is not None:
            self._diagnostics.close()
        self._timer = self._diagnostics = None
        self._unsubscribe()

    def close(self) -> None:
        """Close the model and what `open` made; also after an open that failed half-way."""
        if self._pipeline is not None and not self._pipeline.stop():
            self.get_logger().error('The backend did not stop in time; it is left behind.')
        for publisher in self._outputs.values():
            self.destroy_lifecycle_publisher(publisher)
        self._outputs, self._pipeline = {}, None

    def _is_subscribed_to(self) -> bool:
        return any(publisher.get_subscription_count() for publisher in self._outputs.values())

    def _subscribe_if_wanted(self) -> None:
        if not self._is_subscribed_to():
            self._unsubscribe()
        elif self._input is None:
            try:
                self._input = FacesInput(self, self.settings, self._bad, self._pairs)
                if self.settings['pose']:
                    self._poses = HeadPoses(self, self.settings, lambda text: self._bad.report('calibration', text))
            except Exception as error:      # for example a QoS override, which is read only now
                self._bad.report('listen', 'No points are looked for: {}'.format(error))
                self._unsubscribe()

    def _unsubscribe(self) -> None:
        if self._input is not None:
            self._input.close()
        if self._poses is not None:
            self._poses.close()
        if self._pipeline is not None:
            self._pipeline.clear()
        self._input = self._poses = None

    def _on_pair(self, header: Any, convert: Callable[[], np.ndarray], faces: Detection2DArray) -> None:
        """Offer an image with its faces; nothing of them is converted yet."""
        self._pipeline.offer(FacesFrame(Frame(stamp_of(header), header.frame_id, convert),
                                        lambda: from_message(faces, keep_rows=True), (header, faces)))

    # The rest but the health runs in the thread of the pipeline.

    def _open_finder(self) -> LandmarkFinder:
        settings, start = self.settings, time.monotonic()
        finder = self._make_finder(settings['model'], settings['backend'], BackendOptions(
            precision=settings['precision'], threads=settings['threads'], report=self.get_logger().info))
        finder.warm_up()
        self._about = finder.about
        self.get_logger().info('Ready: model {}, backend {}, points {}, opened in {:.1f} s.'.format(
            settings['model'], finder.about.get('backend', settings['backend']), ', '.join(finder.names),
            time.monotonic() - start))
        return finder

    def _wanted(self) -> Wanted:
        labels = self.settings['landmark_labels']
        return Wanted(None if EVERY_LABEL in labels else labels, self.settings['max_faces'])

    def _on_result(self, result: LandmarkResult) -> None:
        start = time.monotonic()
        header, faces = result.given.source
        self._say_unwanted(result.detections.labels)
        listening = self._poses     # the other thread may take it away
        poses: List[Optional[HeadPose]] = [None] * len(result.landmarks)
        if listening is not None:
            poses = listening.of(result.landmarks, result.width, result.height)
        solved = time.monotonic()
        self._outputs[qos.LANDMARKS.name].publish(to_landmarks_message(header, faces, result.landmarks, poses))
        if self.settings['pose']:
            self._publish_poses(header, faces, poses)
        self._processed += 1
        self._times.add(wait_ms=result.wait, convert_ms=result.convert, preprocess_ms=result.preprocess,
                        inference_ms=result.inference, pose_ms=solved - start, publish_ms=time.monotonic() - solved)

    def _publish_poses(self, header: Any, faces: Detection2DArray, poses: Sequence[Optional[HeadPose]]) -> None:
        self._outputs[qos.HEAD_POSES.name].publish(to_pose_array(header, [pose for pose in poses if pose]))
        limit = math.radians(self.settings['gaze_limit'])
        looking = sorted((float(pose.position[2]), row) for row, pose in enumerate(poses)
                         if pose and looks_at_camera(pose, limit))
        self._outputs[qos.GAZE_TARGET.name].publish(Detection2DArray(
            header=header, detections=[faces.detections[row] for _, row in looking]))

    def _say_unwanted(self, found: np.ndarray) -> None:
        labels = self._wanted().labels
        if labels is not None and len(found) and not set(found.tolist()) & set(labels):
            self._bad.report('labels', 'No face gets points: faces are labelled {}, and landmark_labels names {}.'.format(
                ', '.join(sorted({ascii(label) for label in found.tolist()})[:5]), ', '.join(map(ascii, labels))))

    def _on_error(self, given: FacesFrame, error: Exception) -> None:
        if not self.context.ok():
            return      # after the shutdown nothing can be published any more
        listening = self._input     # the other thread may take it away
        if isinstance(error, ImageError) and listening is not None:
            listening.report(error)
        elif isinstance(error, BackendLost):
            self._bad.report(type(error).__name__, 'The process ends: {}.'.format(error))
            self.finish(LOST)
        else:
            self._bad.report(type(error).__name__, 'Faces were skipped: {}'.format(str(error) or type(error).__name__))

    def _health(self) -> Tuple[bytes, str, Dict[str, Any]]:
        frames, times = self._times.take()
        values = {'frames_per_second': frames, 'processed': self._processed, 'replaced_by_newer': self._pipeline.replaced,
                  'unreadable': self._bad.total}
        values.update(self._pairs.left_out)
        values.update(times)
        values.update(self._about)
        listening, poses = self._input, self._poses
        if poses is not None:
            values['calibration'] = poses.source
        if listening is None:
            return OK, 'Nobody subscribes to {}: nothing to do.'.format(
                ' or '.join(publisher.topic_name for publisher in self._outputs.values())), values
        if listening.problem:
            return WARN, listening.problem, values
        if not frames and self._pairs.alone:
            return WARN, 'No image has the stamp of any faces: does the detector look at {}?'.format(
                self.resolve_topic_name(qos.IMAGE.name)), values
        return OK, 'Running.', values


def main(args: Optional[List[str]] = None) -> int:
    """Run the node, at low priority; return the exit status."""
    os.nice(NICENESS)       # before any other thread is there: they inherit it
    return main_of('landmark_node', LandmarkNode, args)
