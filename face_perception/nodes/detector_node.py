# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Subscribes to `image` and answers every frame it processes with one message on `faces`."""
import time
from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np
from rclpy.parameter import Parameter
from std_srvs.srv import SetBool
from vision_msgs.msg import Detection2DArray

from face_perception.api import open_detector, override
from face_perception.backends import BackendLost, BackendOptions
from face_perception.core.detector import Detector, Thresholds
from face_perception.core.frame import Frame
from face_perception.parameter_tables import DETECTOR, MODEL_OWN, Value
from face_perception.pipeline.pipeline import FacePipeline, FaceResult
from face_perception.ros import qos
from face_perception.ros.diagnostics import OK, WARN, Diagnostics, Times
from face_perception.ros.image_input import ImageInput
from face_perception.ros.images import ImageError, make_header, stamp_of
from face_perception.ros.lifecycle import LOST, FaceNode
from face_perception.ros.messages import to_message
from face_perception.ros.process import main_of
from face_perception.ros.reports import OnceReporter
from face_perception.ros.time_watch import TimeWatch

THRESHOLDS = Thresholds._fields


class DetectorNode(FaceNode):
    """A host of a `FacePipeline`: the callback offers each image, the pipeline answers the newest."""

    def __init__(self, make_detector: Callable[..., Detector] = open_detector, name: str = 'detector_node',
                 **node_options: Any) -> None:
        """Prepare a node.

        Args:
            make_detector: called as ``face_perception.api.open_detector``.
            name: of the node.
            node_options: see `FaceNode`.
        """
        super().__init__(name, DETECTOR, **node_options)
        self._make_detector = make_detector
        self._model_own: Optional[Thresholds] = None
        self._about: Dict[str, str] = {}
        self._bad = OnceReporter(self.get_logger().warning)
        self._pipeline: Optional[FacePipeline] = None
        self._publisher: Any = None
        self._service: Any = None
        self._diagnostics: Any = None
        self._input: Optional[ImageInput] = None
        self._times_of_images: Optional[TimeWatch] = None

    def open(self) -> None:
        """Open the model in the thread that will use it, and offer what can be used before frames come."""
        self._times = Times()
        self._processed = 0
        self._pipeline = FacePipeline(self._open_detector, self._on_result, self._on_error, self._thresholds)
        self._publisher = self.create_lifecycle_publisher(
            Detection2DArray, qos.FACES.name, qos.profile(qos.FACES),
            qos_overriding_options=qos.overridable())
        self._service = self.create_service(SetBool, qos.SET_ENABLED, self._on_set_enabled)
        self._pipeline.start(wanted=self.wanted_meanwhile)

    def start(self) -> None:
        """Subscribe."""
        self._times_of_images = TimeWatch(self)
        self._diagnostics = Diagnostics(self, self._health, self._about.get('backend', self.settings['backend']))
        if self.settings['enabled']:
            self._subscribe()

    def stop(self) -> None:
        """Unsubscribe; also after a start that failed half-way."""
        self._unsubscribe()
        if self._diagnostics is not None:
            self._diagnostics.close()
        if self._times_of_images is not None:
            self._times_of_images.close()
        self._diagnostics = self._times_of_images = None

    def close(self) -> None:
        """Close the model and what `open` made; also after an open that failed half-way."""
        if self._pipeline is not None and not self._pipeline.stop():
            self.get_logger().error('The backend did not stop in time; it is left behind.')
        if self._service is not None:
            self.destroy_service(self._service)
        if self._publisher is not None:
            self.destroy_lifecycle_publisher(self._publisher)
        self._pipeline = self._service = self._publisher = None

    def changed(self, values: Dict[str, Value]) -> None:
        """Pause or resume; the pipeline asks for the thresholds of each frame by itself."""
        if not self.is_started or 'enabled' not in values:
            return
        if not values['enabled']:
            self._unsubscribe()
            return
        try:
            self._subscribe()
        except Exception as error:      # for example a QoS override that is read only now
            self._unsubscribe()
            # The parameter says what holds.
            self.set_parameters([Parameter('enabled', Parameter.Type.BOOL, False)])
            self.settings['enabled'] = False
            raise RuntimeError('Not enabled: {}'.format(error))

    def _subscribe(self) -> None:
        if self._input is None:
            self._input = ImageInput(self, self.settings, self._bad, self._on_image,
                                     wanted=lambda: bool(self._publisher.get_subscription_count()))

    def _unsubscribe(self) -> None:
        if self._input is not None:
            self._input.close()
            self._pipeline.clear()
        self._input = None

    def _on_image(self, header: Any, convert: Callable[[], np.ndarray]) -> None:
        """Offer an image; it can be one, so that a bad one never replaces a good one, and nothing is converted yet."""
        stamp = stamp_of(header)
        self._times_of_images.seen(stamp)
        self._pipeline.offer(Frame(stamp, header.frame_id, convert))

    # The rest but the service and the health runs in the thread of the pipeline.

    def _open_detector(self) -> Detector:
        settings = self.settings
        start = time.monotonic()
        detector = self._make_detector(settings['model'], settings['backend'],
                                       BackendOptions(precision=settings['precision'], threads=settings['threads'],
                                                      report=self.get_logger().info),
                                       resize=settings['resize'], tiles=settings['tiles'])
        detector.warm_up()
        self._model_own, self._about = detector.thresholds, detector.about
        self.get_logger().info('Ready: model {}, backend {}, labels {}, opened in {:.1f} s.'.format(
            settings['model'], detector.about.get('backend', settings['backend']), ', '.join(detector.labels),
            time.monotonic() - start))
        return detector

    def _thresholds(self, frame: Frame) -> Thresholds:
        values = (self.settings[name] for name in THRESHOLDS)
        return override(self._model_own, *(None if value == MODEL_OWN else value for value in values))

    def _on_result(self, result: FaceResult) -> None:
        start = time.monotonic()
        header = make_header(result.frame.stamp_ns, result.frame.frame_id)
        self._publisher.publish(to_message(result.detections, header))
        self._processed += 1
        if result.limited:
            self._bad.report('limited', 'All rows of the network were faces: in a crowd some may be missing. Raise '
                             'score_threshold, or set tiles to 2 or 4.')
        timings = {name + '_ms': value for name, value in result.timings._asdict().items()}
        self._times.add(publish_ms=time.monotonic() - start, **timings)

    def _on_error(self, frame: Frame, error: Exception) -> None:
        if not self.context.ok():
            return      # after the shutdown nothing can be published any more
        listening = self._input     # the other thread may take it away
        if isinstance(error, ImageError) and listening is not None:
            listening.report(error)
        elif isinstance(error, BackendLost):
            self._bad.report(type(error).__name__, 'The process ends: {}.'.format(error))
            self.finish(LOST)
        else:
            self._bad.report(type(error).__name__, 'An image was skipped: {}'.format(error))

    def _on_set_enabled(self, request: SetBool.Request, response: SetBool.Response) -> SetBool.Response:
        result = self.set_parameters([Parameter('enabled', Parameter.Type.BOOL, request.data)])[0]
        problem = result.reason
        if result.successful:
            self.apply_changes()        # on Humble it would happen after this answer
            if self.settings['enabled'] != request.data:
                problem = 'not enabled: ' + self.last_problem
        response.success = not problem
        # A node that is not active has subscribed to nothing yet, so whether that works is not known.
        enabled = 'enabled' if self.is_started else 'enabled, from the activation of the node on'
        response.message = problem or (enabled if request.data else 'paused')
        return response

    def _health(self) -> Tuple[bytes, str, Dict[str, Any]]:
        frames, times = self._times.take()
        values = {'frames_per_second': frames, 'processed': self._processed,
                  'replaced_by_newer': self._pipeline.replaced(), 'unreadable': self._bad.total}
        values.update(times)
        values.update(self._about)
        if not self.settings['enabled']:
            return OK, 'Paused.', values
        if self._input is not None and self._input.silent:
            return WARN, 'No image arrives.', values
        if not self._publisher.get_subscription_count():
            return OK, 'Nobody subscribes to {}: nothing to do.'.format(self._publisher.topic_name), values
        return OK, 'Running.', values


def main(args: Optional[List[str]] = None) -> int:
    """Run the node; return the exit status."""
    return main_of('detector_node', DetectorNode, args)
