# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What all cameras share: the interface, what may be asked of it, and how it fails."""
import time
from typing import Any, Callable, NamedTuple, Optional, Tuple

import numpy as np

from face_perception.core.frame import Frame
from face_perception.media.formats import MediaError
from face_perception.media.frames import grab_bgr

STALL_S = 10.0              # a driver or a network that takes longer to open or to give a frame hangs
DEVICE_SILENCE_S = 1.2      # a device on a cable that says nothing for so long was unplugged or hangs
SLOW_PERIODS = 3            # a slow camera has the time of so many of its frames


class CameraError(MediaError):
    """A camera cannot be opened; the text says why and what to do."""


class CameraAbsent(CameraError):
    """The device of a camera is not there: not plugged in yet, or unplugged."""


class CameraLost(CameraError):
    """A camera that was open gives no frames any more."""


def wall_clock_ns() -> int:
    """Return nanoseconds since the epoch."""
    return int(time.time() * 1e9)


class Settings(NamedTuple):
    """What is asked of a camera.

    width, height, fps: 0 is the source's own.  Devices choose the nearest they have; videos, folders and
        streams come in their own size. fps > 0 plays a folder at that rate, and a video too where it is above
        the video's own; below, the video keeps its speed and frames are left out.
    pixel_format: four letters asked of a V4L2 device, '' is its own.
    loop: start a video or folder again at its end.
    frame_id: goes into every Frame.
    clock_ns: clock of the stamps.
    wait: called with seconds when a frame is not due yet; one that returns early makes read() return early.
    say: called with a sentence on what the user should know while reading goes on.
    """

    width: int = 0
    height: int = 0
    fps: float = 0.0
    pixel_format: str = ''
    loop: bool = False
    frame_id: str = 'camera'
    clock_ns: Callable[[], int] = wall_clock_ns
    wait: Callable[[float], object] = time.sleep
    say: Callable[[str], object] = lambda text: None


def grab(capture: Any, stamp_ns: Callable[[], int], name: str, retries: int = 0, as_it_is: bool = False
         ) -> Optional[Tuple[int, np.ndarray]]:
    """Return what `grab_bgr` returns; raise CameraLost where it gives up."""
    try:
        return grab_bgr(capture, stamp_ns, name, retries, as_it_is=as_it_is)
    except MediaError as error:
        raise CameraLost(str(error))


def device_silence(fps: float) -> float:
    """Return `Camera.longest_silence` of a device that gives ``fps`` frames per second; 0 is unknown."""
    return max(DEVICE_SILENCE_S, SLOW_PERIODS / fps) if fps > 0 else DEVICE_SILENCE_S


class Camera:
    """The interface; see the package's docstring.

    longest_silence: seconds without a frame after which a camera that gave some counts as lost.
    """

    longest_silence = STALL_S

    def read(self) -> Optional[Frame]:
        """Return the next Frame, None at the end; raise CameraLost."""
        raise NotImplementedError

    def describe(self) -> str:
        """Return one line on what was opened."""
        raise NotImplementedError

    def close(self) -> None:
        """Give the device back."""

    def __enter__(self) -> 'Camera':
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()
