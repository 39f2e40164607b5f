# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Subscribes to `image` and answers every frame it looks at with one message on `faces`."""
import time

from rclpy.parameter import Parameter
from sensor_msgs.msg import Image
from std_srvs.srv import SetBool
from vision_msgs.msg import Detection2DArray

from face_perception.api import open_detector
from face_perception.ros import qos
from face_perception.ros.diagnostics import OK, WARN, Diagnostics, Times
from face_perception.ros.topic_watch import TopicWatch
from face_perception.ros.images import ImageError, image_to_bgr
from face_perception.ros.lifecycle import FaceNode, run_node
from face_perception.ros.messages import to_message
from face_perception.ros.parameters import DETECTOR, MODEL_OWN
from face_perception.ros.reports import OnceReporter
from face_perception.pipeline.worker import Worker

THRESHOLDS = ('score_threshold', 'nms_threshold', 'max_faces')


class DetectorNode(FaceNode):
    """The callback only keeps the newest image; a worker thread owns the detector and answers."""

    def __init__(self, make_detector=open_detector):
        """Prepare a node; make_detector is called as ``face_perception.api.open_detector``."""
        super().__init__('detector_node', DETECTOR)
        self._make_detector = make_detector
        self._bad = OnceReporter(self.get_logger().warning)
        self._worker = self._publisher = self._service = None
        self._diagnostics = self._subscription = self._watch = None

    def open(self):
        """Open the model in the thread that will use it, and offer what can be used before frames come."""
        self._times = Times()
        self._processed = 0
        self._worker = Worker(
            self._open_detector, self._answer, lambda detector: detector.close(), self._failed)
        self._publisher = self.create_lifecycle_publisher(
            Detection2DArray, qos.FACES.name, qos.profile(qos.FACES),
            qos_overriding_options=qos.overridable())
        self._service = self.create_service(SetBool, qos.SET_ENABLED, self._set_enabled)
        self._worker.start(wanted=self.context.ok)

    def start(self):
        """Listen."""
        self._diagnostics = Diagnostics(self, self._health, self.settings['backend'])
        if self.settings['enabled']:
            self._listen()

    def stop(self):
        """Stop listening; also after a start that failed half-way."""
        self._listen_no_more()
        if self._diagnostics is not None:
            self._diagnostics.close()
        self._diagnostics = None

    def close(self):
        """Close the model and what start() needs; also after an open that failed half-way."""
        if self._worker is not None and not self._worker.stop():
            self.get_logger().error('The backend did not stop within 5 s; it is left behind.')
        if self._service is not None:
            self.destroy_service(self._service)
        if self._publisher is not None:
            self.destroy_lifecycle_publisher(self._publisher)
        self._worker = self._service = self._publisher = None

    def changed(self, values):
        """Pause or resume; thresholds are read by the worker before each frame."""
        if not self.is_started or values.get('enabled', self.settings['enabled']) == self.settings['enabled']:
            return
        if not values['enabled']:
            self._listen_no_more()
            return
        try:
            self._listen()
        except Exception as error:      # for example a QoS override that is read only now
            self._listen_no_more()
            raise ValueError('Not enabled: {}'.format(error))

    def _listen(self):
        self._subscription = self.create_subscription(
            Image, qos.IMAGE.name, self._keep, qos.profile(qos.IMAGE),
            qos_overriding_options=qos.overridable())
        self._watch = TopicWatch(
            self, self._subscription, qos.IMAGE, lambda: self.settings['image_timeout'])

    def _listen_no_more(self):
        if self._watch is not None:
            self._watch.close()
        if self._subscription is not None:
            self.destroy_subscription(self._subscription)
            self._worker.clear()
        self._subscription = self._watch = None

    def _keep(self, message):
        """Keep an image if it can be read, so that a bad one never replaces a good one."""
        if self._watch is None:
            return      # taken from the middleware just before the node was paused
        self._watch.seen()
        if not self._publisher.get_subscription_count():
            return
        try:
            # Here and not in the worker: only a look at the bytes tells a good image from a bad one.
            image = image_to_bgr(message)
        except ImageError as error:
            self._bad.report(error.kind, 'An image on {} was skipped: {}'.format(
                self._subscription.topic_name, error))
        else:
            self._worker.put((message.header, image))

    # The rest but the service and the health runs in the worker thread.

    def _open_detector(self):
        settings = self.settings
        start = time.monotonic()
        detector = self._make_detector(settings['model'], settings['backend'], settings['threads'])
        detector.warm_up()
        self.get_logger().info('Ready: model {}, backend {}, labels {}, opened in {:.1f} s.'.format(
            detector.contract.name, settings['backend'], ', '.join(detector.labels),
            time.monotonic() - start))
        return detector

    def _answer(self, detector, item):
        header, image = item
        for name in THRESHOLDS:
            value = self.settings[name]
            own = getattr(detector.contract.defaults, name)
            setattr(detector, name, own if value == MODEL_OWN else value)
        detections = detector.detect(image)
        start = time.monotonic()
        self._publisher.publish(to_message(detections, header))
        self._processed += 1
        timings = detector.timings
        self._times.add(preprocess_ms=timings.preprocess, run_ms=timings.run, keep_ms=timings.keep,
                        publish_ms=time.monotonic() - start)

    def _failed(self, error):
        if self.context.ok():       # after the shutdown nothing can be published any more
            self._bad.report(type(error).__name__, 'An image was skipped: {}'.format(error))

    def _set_enabled(self, request, response):
        result = self.set_parameters([Parameter('enabled', Parameter.Type.BOOL, request.data)])[0]
        response.success = result.successful
        response.message = result.reason or ('enabled' if request.data else 'paused')
        return response

    def _health(self):
        frames, times = self._times.take()
        values = {'frames_per_second': frames, 'processed': self._processed,
                  'replaced_by_newer': self._worker.replaced, 'unreadable': self._bad.total}
        values.update(times)
        if not self.settings['enabled']:
            return OK, 'Paused.', values
        if self._watch.silent:
            return WARN, 'No image arrives.', values
        if not self._publisher.get_subscription_count():
            return OK, 'Nobody subscribes to {}: nothing to do.'.format(self._publisher.topic_name), values
        return OK, 'Running.', values


def main(args=None):
    """Run the node; return the exit status."""
    return run_node(DetectorNode, args)
