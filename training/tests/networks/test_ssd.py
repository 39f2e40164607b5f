# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The SSDs: shapes, counts, names of pytorch-ssd's checkpoints, and backbones that come from elsewhere."""
import cv2
import numpy as np
import pytest
import safetensors.torch
import torch
from torch.utils.flop_counter import FlopCounterMode

from face_training.networks.mobilenet_v1_ssd import MobileNetV1Ssd
from face_training.networks.mobilenet_v2_ssdlite import MobileNetV2SsdLite
from face_training.networks.vgg16_ssd import Vgg16Ssd
from face_training.priors import make_priors

NETWORKS = [MobileNetV1Ssd, MobileNetV2SsdLite, Vgg16Ssd]


@pytest.mark.parametrize('network', NETWORKS)
def test_there_is_a_row_for_every_prior(network):
    net = network(3).eval()
    with torch.no_grad():
        logits, regression = net(torch.zeros(1, 3, 300, 300))
    count = len(make_priors(300, 300, net.layers))
    assert logits.shape == (1, count, 3) and regression.shape == (1, count, 4)
    # Liu et al. 2016, section 3.1 for VGG; six boxes in each cell of 19, 10, 5, 3, 2 and 1 for the others.
    assert count == (8732 if network is Vgg16Ssd else 3000)


def test_scales_are_linear_and_ratios_those_of_the_paper():
    layers = MobileNetV1Ssd.layers
    assert np.allclose(np.diff([layer.sides[0] for layer in layers]), 45)
    shapes = [wide / high for wide, high in layers[0].boxes()]
    assert np.allclose(shapes, [1, 1, 2, 1 / 2, 3, 1 / 3])


def cost(net, size):
    """Return (parameters, multiply-adds) in millions."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        net.eval()(torch.zeros(1, 3, size, size))
    return sum(p.numel() for p in net.parameters()) / 1e6, counter.get_total_flops() / 2e6


@pytest.mark.parametrize('net, size, parameters, multiply_adds, why', [
    (Vgg16Ssd(81), 300, 36.1, 35200, 'Sandler et al. 2018, table 6: SSD300 on COCO'),
    (MobileNetV2SsdLite(81), 320, 4.3, 800, 'the same table: MNet V2 + SSDLite, at 320'),
    (MobileNetV1Ssd(2).base_net, 224, 4.2 - 1.0, 569, 'Howard et al. 2017, table 8: MobileNet-224, less its classifier'),
])
def test_costs_are_those_of_the_papers(net, size, parameters, multiply_adds, why):
    found = cost(net, size)
    assert found[0] == pytest.approx(parameters, rel=0.06), why
    assert found[1] == pytest.approx(multiply_adds, rel=0.13), why


@pytest.mark.parametrize('network, names', [
    (MobileNetV1Ssd, ['base_net.0.0.weight', 'base_net.13.4.running_var', 'extras.3.2.bias',
                      'classification_headers.5.weight', 'regression_headers.0.bias']),
    (MobileNetV2SsdLite, ['base_net.0.0.weight', 'base_net.1.conv.4.weight', 'base_net.18.1.running_mean',
                          'extras.0.conv.6.weight', 'classification_headers.0.3.weight', 'regression_headers.5.bias']),
    (Vgg16Ssd, ['base_net.0.weight', 'base_net.33.weight', 'extras.2.2.weight', 'source_layer_add_ons.0.scale',
                'classification_headers.1.bias', 'regression_headers.4.weight']),
])
def test_a_checkpoint_of_pytorch_ssd_loads(network, names, tmp_path):
    """Weights made here, with its names and 21 classes of VOC: all is taken but the label heads."""
    torch.manual_seed(0)
    voc = network(21).state_dict()
    assert set(names) <= set(voc)
    torch.save(voc, tmp_path / 'voc.pth')
    net = network(3)
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    net.load_pretrained(tmp_path / 'voc.pth')
    for name, tensor in net.state_dict().items():
        of_other_labels = voc[name].shape != tensor.shape
        assert not of_other_labels or name.startswith('classification_headers')
        assert torch.equal(tensor, before[name] if of_other_labels else voc[name]), name


def test_weights_of_another_layout_are_refused():
    with pytest.raises(ValueError, match='these weights are not those of MobileNetV1Ssd'):
        MobileNetV1Ssd(3).load_pretrained({'features.0.weight': torch.zeros(1)})


def tensor_of(path):
    rgb = cv2.imread(str(path))[:, :, ::-1].astype(np.float32)
    return torch.from_numpy(np.ascontiguousarray(rgb.transpose(2, 0, 1)[None]))


def test_the_face_trained_body_of_mobilenet_v1_loads(shared):
    body = safetensors.torch.load_file(shared / 'pretrained' / 'mobilenetv1' / 'mobilenetv1-0.25-faces-body.safetensors')
    net = MobileNetV1Ssd(3, 0.25).eval()
    net.load_body(body)
    assert torch.equal(net.base_net[13][3].weight, body['stage3.1.3.weight'])
    assert MobileNetV1Ssd.from_state(net.state_dict(), 3).base_net[0][0].weight.shape[0] == 8


def test_the_imagenet_features_of_mobilenet_v2_load(shared):
    arrays = np.load(shared / 'pretrained' / 'mobilenetv2' / 'mobilenetv2-1.0-imagenet-int8-folded.npz')
    net = MobileNetV2SsdLite(3).eval()
    net.load_folded(arrays)
    image = tensor_of(shared / 'pretrained' / 'refimages' / 'astronaut_320x240.png') / 255
    image = (image - torch.tensor([0.485, 0.456, 0.406])[:, None, None]) / torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    with torch.no_grad():
        first = net.base_net[0](image)
        weight = arrays['features.0.0.weight_int8'] * arrays['features.0.0.scale'][:, None, None, None]
        expected = torch.nn.functional.conv2d(image, torch.from_numpy(weight.astype(np.float32)),
                                              torch.from_numpy(arrays['features.0.0.bias']), 2, 1).clamp(0, 6)
        assert torch.allclose(first, expected, atol=1e-4)
        last = net.base_net(image)
    # Trained features neither die nor explode.
    assert 0.05 < float((last > 0).float().mean()) < 0.95 and float(last.max()) <= 6
