# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Slim or RFB on an image pyramid of two levels: small faces from the image, larger ones from the image at half size.

At 640x480 the coarsest head of Slim sees 443 pixels and that of RFB 539, less than the width of the image; at half size the
same network sees more than the whole of it.  A pyramid of images is how detectors met faces of all sizes before pyramids of
features (Viola and Jones 2001; MTCNN, Zhang et al. 2016, section II).  No weight is added, and the two coarsest maps of the
image are left out, so that it costs a ninth to a seventh more.
"""
from torch import Tensor, nn
from torch.nn import functional

from .networks import DetectionNetwork
from .networks.base import rows
from .networks.slim import Slim

FINE_MAPS = 2           # feature maps of the whole image: strides 8 and 16, priors of 10 to 48 pixels
FIRST_COARSE = 1        # the first map of the half image that is used: its priors have 64 and 96 pixels of the whole one


class Pyramid(nn.Module):
    """Images (B, 3, height, width), even sides -> logits (B, P, classes), regression (B, P, 4), as `DetectionNetwork`.

    Rows run as the priors of `layers`: strides 8 and 16 of the image, then 32, 64 and 128 by way of the half one.
    """

    def __init__(self, net: DetectionNetwork) -> None:
        """Take Slim or RFB, trained for images of this size.

        Raises:
            ValueError: another network, whose finer maps need the coarser ones or have other priors.
        """
        super().__init__()
        if not isinstance(net, Slim) or type(net).features is not Slim.features:
            raise ValueError(f'export.pyramid is for slim and rfb, got {type(net).__name__}')
        self.net = net
        self.layers = (*net.layers[:FINE_MAPS],
                       *(layer._replace(stride=2 * layer.stride, sides=tuple(2 * side for side in layer.sides))
                         for layer in net.layers[FIRST_COARSE:]))

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return (logits, regression)."""
        heads = self.net.heads()
        fine, _ = self.net.base_maps(images, FINE_MAPS)
        coarse = self.net.features(functional.avg_pool2d(images, 2))[FIRST_COARSE:]
        logits, regression = (rows([*heads[kind][:FINE_MAPS], *heads[kind][FIRST_COARSE:]], [*fine, *coarse], size)
                              for kind, size in (('classification', self.net.classes), ('regression', 4)))
        return logits, regression
