# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""CSI cameras of a Jetson: a GStreamer pipeline around NVIDIA's camera source."""
import platform

from face_perception.cameras.base import CameraError, Settings, device_silence
from face_perception.cameras.stream import StreamCamera
from face_perception.cameras.uri import Source, number_options

# What the sensor is asked for; the Argus library picks the sensor mode that fits.
CAPTURE_WIDTH, CAPTURE_HEIGHT, CAPTURE_FPS = 1280, 720, 30


def csi_pipeline(sensor_id: int = 0, width: int = 0, height: int = 0, fps: float = 0, flip: int = 0,
                 capture_width: int = CAPTURE_WIDTH, capture_height: int = CAPTURE_HEIGHT) -> str:
    """Return the GStreamer pipeline of a CSI camera.

    The queue and the sink keep one frame: what is read is new.

    Args:
        sensor_id: of the camera.
        width: of the frames handed out; 0 is that of the capture. The hardware scales, so that the conversion
            to BGR on the CPU touches few pixels.
        height: alike.
        fps: 0 is 30.
        flip: nvvidconv's flip-method, 0 to 7 (2 turns by 180 degrees).
        capture_width: asked of the sensor.
        capture_height: alike.
    """
    return (
        'nvarguscamerasrc sensor-id={sensor_id} ! '
        'video/x-raw(memory:NVMM),width={capture_width},height={capture_height},framerate={fps}/1,'
        'format=NV12 ! '
        'queue leaky=downstream max-size-buffers=1 ! '
        'nvvidconv flip-method={flip} ! video/x-raw,width={width},height={height},format=BGRx ! '
        'videoconvert ! video/x-raw,format=BGR ! appsink drop=true max-buffers=1'
    ).format(sensor_id=sensor_id, flip=flip, fps=int(round(fps)) or CAPTURE_FPS, capture_width=capture_width,
             capture_height=capture_height, width=width or capture_width, height=height or capture_height)


class CsiCamera(StreamCamera):
    """The CSI camera ``csi://SENSOR?flip=2&capture_width=1280&capture_height=720``."""

    def __init__(self, source: Source, settings: Settings) -> None:
        sensor = source.target or '0'
        if not sensor.isdigit():
            raise CameraError('Expected csi://0 or csi://1 (the sensor id), got csi://{}.'.format(sensor))
        options = number_options(
            source, {'flip': 0, 'capture_width': CAPTURE_WIDTH, 'capture_height': CAPTURE_HEIGHT})
        if options['flip'] > 7:
            raise CameraError('Expected flip=0 to 7, got {}.'.format(options['flip']))
        if platform.machine() != 'aarch64':
            # Without NVIDIA's plug-in GStreamer would wait for frames for ever.
            raise CameraError('CSI cameras are those of an NVIDIA Jetson; this machine is {}. For a USB camera '
                              'give 0 or /dev/video0.'.format(platform.machine()))
        pipeline = csi_pipeline(int(sensor), settings.width, settings.height, settings.fps, **options)
        super().__init__(Source('pipeline', pipeline, {}), settings)
        self.longest_silence = device_silence(settings.fps)
