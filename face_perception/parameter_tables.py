# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The parameter tables of the nodes: the one place where parameters are written.

Nodes declare what stands here; ``config/*.yaml`` and the tables of the README are tested against it.
Plain data without ROS, so that the command line can check a parameter file too.
"""
import difflib
from typing import Any, Iterable, List, NamedTuple, Optional, Tuple, Union

from face_perception.core import defaults
from face_perception.core.preprocess import RESIZES
from face_perception.core.tiles import MAX_TILES

Value = Union[bool, int, float, str, List[str]]

EVERY_LABEL = '*'
"""Text in a list of labels that means: whatever the label is."""

MODEL_OWN = -1
"""Value of a threshold that means: what the model's own ``model.json`` says."""


class ParameterError(ValueError):
    """A parameter has a type or a value that its table does not allow."""


class Entry(NamedTuple):
    """One parameter.  Its type is the type of its default.

    live: may be changed while the node runs; otherwise it is read-only after start.
    minimum, maximum: inclusive range of a number; both or neither are given.
    special: one number outside the range that is allowed too; the meaning says what it stands for.
    number_too: a text that may be given as an integer (``-p camera:=0``), read as that text.
    choices: the texts that are allowed; empty: any.
    """

    name: str
    default: Value
    meaning: str
    live: bool = False
    minimum: Optional[float] = None
    maximum: Optional[float] = None
    special: Optional[float] = None
    number_too: bool = False
    choices: Tuple[str, ...] = ()

    @property
    def takes_integers(self) -> bool:
        """Whether an integer is taken for a value of another type: 1 for 1.0, or for the text '1'."""
        return self.number_too or type(self.default) is float

    @property
    def kind_name(self) -> str:
        """What a user calls the type."""
        return _KIND_NAMES[type(self.default)]

    def value_of(self, given: Value) -> Value:
        """Return an allowed value in the type of the default."""
        kind: Any = type(self.default)
        return kind(given) if type(given) is int and self.takes_integers else given

    def range_text(self) -> str:
        """Return the allowed values as a user reads them, '' for any."""
        if self.choices:
            return ' or '.join(choice for choice in self.choices if choice)
        if self.minimum is None:
            return ''
        text = '{} to {}'.format(self.minimum, self.maximum)
        return text if self.special is None else '{} or {}'.format(self.special, text)

    def _in_range(self, value: Any) -> bool:
        if self.minimum is None or self.maximum is None:
            return True
        return bool(value == self.special or self.minimum <= value <= self.maximum)

    def problem(self, value: Any) -> str:
        """Return a sentence that says why ``value`` is not allowed, or '' if it is."""
        if type(value) is not type(self.default) and not (self.takes_integers and type(value) is int):
            return 'Parameter {} must be {}, got {!r}.'.format(self.name, self.kind_name, value)
        if isinstance(value, list) and not (value and all(isinstance(item, str) for item in value)):
            return 'Parameter {} must be {} with one at least, got {!r}.'.format(self.name, self.kind_name, value)
        if self.choices:
            allowed = value in self.choices
        else:
            allowed = self._in_range(value)
        if not allowed:
            return 'Parameter {} must be {}, got {!r}.'.format(self.name, self.range_text(), value)
        return ''


_KIND_NAMES = {
    bool: 'true or false', int: 'an integer', float: 'a number', str: 'a text', list: 'a list of texts'}

AUTOSTART = Entry(
    'autostart', True,
    'Configure and activate without being asked. False: wait for a lifecycle manager.')

IMAGE_TIMEOUT = Entry(
    'image_timeout', 5.0,
    'Seconds without an image until one warning names the topic, its publishers and their QoS. 0: never.',
    live=True, minimum=0.0, maximum=3600.0)

TRANSPORTS = ('raw', 'compressed')
RELIABILITIES = ('best_effort', 'reliable')

IMAGE_TRANSPORT = Entry(
    'image_transport', TRANSPORTS[0],
    'raw, or compressed: the JPEG or PNG pictures on the topic <image>/compressed.', choices=TRANSPORTS)

IMAGE_RELIABILITY = Entry(
    'image_reliability', RELIABILITIES[0],
    'Reliability of the image subscription. best_effort fits every publisher; reliable loses no image on a slow network, '
    'and gets none of a best-effort publisher.', choices=RELIABILITIES)

CAMERA = (
    Entry('camera', 'auto',
          'Where frames come from: V4L2 index or device path, video file, folder of images, csi://0, '
          'rtsp://... or http://..., pipeline:TEXT for what GStreamer or FFmpeg opens, fake:// for a test '
          'picture. auto: the first USB camera, else the first other V4L2 device, else csi://0.',
          number_too=True),
    Entry('frame_id', 'camera', 'Frame written into the header of every image.'),
    Entry('width', 0, 'Width asked of the camera in pixels. 0: its own.', minimum=0, maximum=16384),
    Entry('height', 0, 'Height asked of the camera in pixels. 0: its own.', minimum=0, maximum=16384),
    Entry('fps', 0.0, 'Frames per second asked of the camera, or at which a folder is shown. A video keeps its '
          'speed: a lower number leaves frames out. 0: its own.', minimum=0.0, maximum=1000.0),
    Entry('pixel_format', 'MJPG', 'Four letters asked of a V4L2 camera (MJPG, YUYV). Empty: its own.'),
    Entry('loop', False, 'Start a video or a folder again when it has ended.'),
    Entry('exit_at_end', False, 'End the process when a video or a folder has ended.'),
    Entry('reopen_period', 2.0, 'Longest time in seconds between two attempts to open a camera that is lost '
          'or absent; the first ones come sooner.', minimum=0.1, maximum=3600.0),
    Entry('camera_info_url', '', 'Calibration file as camera_calibration writes it: path, file:///path or '
          'package://PACKAGE/path. Empty: camera_info holds the size only.'),
    AUTOSTART,
)

DETECTOR = (
    Entry('model', defaults.MODEL, 'Name of an installed model, or a folder with model.onnx and model.json.'),
    Entry('backend', defaults.BACKEND, 'Backend that runs the network: tensorrt, onnxruntime or opencv_dnn; auto: the first '
          'of these that works here; fake: none.'),
    Entry('precision', defaults.PRECISIONS[0], 'Precision of the network. Less than fp32 is faster on a GPU; the backend '
          'tensorrt has it.', choices=defaults.PRECISIONS),
    Entry('threads', defaults.THREADS, 'CPU threads of the backend. More than 1 pays only on an idle machine.',
          minimum=1, maximum=64),
    Entry('score_threshold', float(MODEL_OWN), "Minimum score of a reported face. -1: the model's own.",
          live=True, minimum=0.0, maximum=1.0, special=float(MODEL_OWN)),
    Entry('nms_threshold', float(MODEL_OWN), 'Faces of one label that overlap by more (IoU) count as one. '
          "-1: the model's own.", live=True, minimum=0.0, maximum=1.0, special=float(MODEL_OWN)),
    Entry('max_faces', MODEL_OWN, "Maximum number of faces in one message, best first. -1: the model's own.",
          live=True, minimum=1, maximum=1000, special=MODEL_OWN),
    Entry('resize', '', "How an image is fitted to the model's input: stretch or letterbox. Empty: the model's own.",
          choices=('',) + RESIZES),
    Entry('tiles', 1, 'Overlapping parts into which wide or large images are cut for small faces, besides the '
          'whole; each costs a run of the network.', minimum=1, maximum=MAX_TILES),
    Entry('enabled', True, 'False: the image topic is not subscribed to. The service ~/set_enabled sets it.',
          live=True),
    IMAGE_TRANSPORT,
    IMAGE_RELIABILITY,
    IMAGE_TIMEOUT,
    AUTOSTART,
)

HISTORY = Entry(
    'history', 10, 'Images kept while the faces of the same stamp are awaited.', minimum=1, maximum=200)

OVERLAY = (
    HISTORY,
    IMAGE_TRANSPORT,
    IMAGE_RELIABILITY,
    IMAGE_TIMEOUT,
    AUTOSTART,
)

LANDMARKS = (
    Entry('model', defaults.LANDMARK_MODEL, 'Name of an installed landmark model, or a folder with its model.json.'),
    *(entry for entry in DETECTOR if entry.name in ('backend', 'precision', 'threads')),
    Entry('landmark_labels', list(defaults.LANDMARK_LABELS), 'Labels of the faces that get points, such as '
          "['face'] for another detector. ['*']: all.", live=True),
    Entry('max_faces', 20, 'Faces of one image that get points: the first ones of the message.', live=True,
          minimum=1, maximum=1000),
    Entry('pose', False, 'Also publish where each head is turned: faces/head_poses, the angles in faces/landmarks, and '
          'faces/gaze_target.'),
    Entry('assumed_fov', 60.0, 'Horizontal field of view of the camera in degrees, used for poses while camera_info '
          'holds no calibration for this size of image.', minimum=10.0, maximum=170.0),
    Entry('gaze_limit', 15.0, 'A face looks at the camera while its yaw and its pitch are below this, in degrees.',
          live=True, minimum=1.0, maximum=90.0),
    HISTORY,
    IMAGE_TRANSPORT,
    IMAGE_RELIABILITY,
    IMAGE_TIMEOUT,
    AUTOSTART,
)

TABLES = {'camera_node': CAMERA, 'detector_node': DETECTOR, 'landmark_node': LANDMARKS, 'overlay_node': OVERLAY}
"""Table of each node, by the name of its executable, which is its default node name too."""

# What rclpy and rcl take themselves.
_OF_ROS = ('use_sim_time', 'start_type_description_service')
_PREFIXES_OF_ROS = ('qos_overrides.',)
# What usb_cam, v4l2_camera and common detectors call ours.
_ELSEWHERE = {
    'camera_frame_id': 'frame_id', 'device': 'camera', 'frame_rate': 'fps', 'framerate': 'fps', 'image_height': 'height',
    'image_width': 'width', 'video_device': 'camera',
    'confidence_threshold': 'score_threshold', 'iou_threshold': 'nms_threshold', 'model_path': 'model',
    'threshold': 'score_threshold'}


def unknown_parameter(name: str, known: Iterable[str]) -> str:
    """Return '' if a node with the parameters ``known`` takes this one, else words with the nearest name it takes."""
    known = list(known)
    if name in known or name in _OF_ROS or name.startswith(_PREFIXES_OF_ROS):
        return ''
    near = [_ELSEWHERE[name]] if _ELSEWHERE.get(name) in known else difflib.get_close_matches(name, known, 1, cutoff=0.7)
    return 'there is no parameter {}{}'.format(name, '; did you mean {}?'.format(near[0]) if near else '.')
