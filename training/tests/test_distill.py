# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A student learns what its teacher says."""
import csv
import math

import pytest
import torch

from face_training.checkpoints import read_checkpoint
from face_training.config import ConfigError, Distill
from face_training.distill import distillation_loss, load_teacher
from face_training.export import save_weights
from face_training.networks import build
from face_training.train import Training, train

from .test_every_network import fixed_batch
from .test_train import STILL, small_config

CLASSES = torch.tensor([[1, 0, -1]])
USED = torch.tensor([[True, True, False]])


def test_nothing_is_learnt_where_both_say_the_same():
    said = torch.randn(1, 3, 3), torch.randn(1, 3, 4)
    assert distillation_loss(said, said, CLASSES, USED, Distill()).item() == pytest.approx(0, abs=1e-6)


def test_the_loss_is_the_divergence_at_the_temperature_and_the_distance_of_the_boxes():
    """At temperature 2 the teacher's shares are 3/4 and 1/4, the student's a half each."""
    student = torch.zeros(1, 3, 2), torch.zeros(1, 3, 4)
    taught = torch.zeros(1, 3, 2)
    taught[0, 0, 0] = 2 * math.log(3)
    taught[0, 2, 0] = 50.0                       # a prior that does not count
    boxes = torch.zeros(1, 3, 4)
    boxes[0, 0, 0], boxes[0, 1, 0] = 3.0, 7.0    # the second has no face
    settings = Distill(weight=0.5, box_weight=2.0, temperature=2.0)
    divergence = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    expected = 0.5 * 4 * divergence + 2 * 2.5
    assert distillation_loss(student, (taught, boxes), CLASSES, USED, settings).item() == pytest.approx(expected, rel=1e-5)


def test_of_the_background_is_learnt_where_neither_the_labels_nor_the_teacher_see_a_face():
    """The student's two labels are one: at equal logits its shares are 1/3 and 2/3, the teacher's 3/4 and 1/4."""
    classes = torch.tensor([[0, 0, 1, 0]])
    used = torch.tensor([[True, True, True, False]])
    taught = torch.zeros(1, 4, 2)
    taught[0, :, 0] = math.log(3)
    taught[0, 1] = torch.tensor([0.0, 1.0])      # a face to the teacher, not to the labels: a stranger
    boxes = torch.rand(1, 4, 4)                  # nor of any box
    settings = Distill(weight=0.5, temperature=1.0, only_background=True)
    expected = 0.5 * (0.75 * math.log(0.75 * 3) + 0.25 * math.log(0.25 * 3 / 2))
    loss = distillation_loss((torch.zeros(1, 4, 3), torch.zeros(1, 4, 4)), (taught, boxes), classes, used, settings)
    assert loss.item() == pytest.approx(expected, rel=1e-5)


@pytest.fixture(scope='module')
def teacher(drawn, tmp_path_factory):
    """The weights of an RFB that has learnt a little."""
    folder = tmp_path_factory.mktemp('teacher')
    config = small_config(drawn, *STILL, 'model.network=rfb', epochs=6, head_epochs=0, validate_every=6)
    return train(config, folder / 'run', device='cpu') / 'weights.safetensors'


def distilled(drawn, weights, network, *overrides, **schedule):
    return small_config(drawn, *STILL, f'distill.weights={weights}', f'distill.network={network}', *overrides, **schedule)


def test_a_student_that_is_its_teacher_has_nothing_to_learn(drawn, tmp_path):
    save_weights(build('slim', 2), tmp_path / 'slim.safetensors')
    config = distilled(drawn, tmp_path / 'slim.safetensors', 'slim', f'model.pretrained={tmp_path}/slim.safetensors')
    training = Training(config, 10).eval()
    said = {}
    training.log_dict = lambda values, **_: said.update(values)
    training.training_step(fixed_batch(config), 0)
    assert said['train/distill_loss'].item() == pytest.approx(0, abs=1e-5) and said['train/label_loss'].item() > 0.1


def test_the_term_falls_and_the_teacher_stays_as_it_is(drawn, teacher, tmp_path):
    config = distilled(drawn, teacher, 'rfb', epochs=10, head_epochs=0, head_rate=0.01, base_rate=0.01, validate_every=10)
    run = train(config, tmp_path / 'run', device='cpu')
    terms = [float(row['train/distill_loss']) for row in csv.DictReader((run / 'metrics.csv').open())]
    assert terms[-1] < 0.7 * terms[0] and terms[-1] > 0
    state = read_checkpoint(run / 'last.ckpt')['state_dict']
    assert not any('teacher' in name for name in state)
    train(distilled(drawn, teacher, 'rfb', epochs=11, head_epochs=0), run, resume='changed', device='cpu')


def test_who_teaches_the_background_may_have_other_labels(drawn, tmp_path):
    for labels in (1, 3):
        net = build('slim', labels).eval()
        save_weights(net, tmp_path / 'teacher.safetensors')
        config = distilled(drawn, tmp_path / 'teacher.safetensors', 'slim', 'distill.only_background=true')
        images = torch.rand(1, 3, 120, 160)
        assert torch.allclose(load_teacher(config, build('slim', 2))(images)[0], net(images)[0], atol=1e-5)


def test_a_teacher_of_other_priors_or_labels_is_refused(drawn, tmp_path):
    save_weights(build('extd', 2), tmp_path / 'extd.safetensors')
    with pytest.raises(ConfigError, match='extd has other priors than slim'):
        Training(distilled(drawn, tmp_path / 'extd.safetensors', 'extd'), 10)
    # Its label heads would begin anew, and say nothing.
    save_weights(build('slim', 3), tmp_path / 'three.safetensors')
    with pytest.raises(ConfigError, match=r'another number of labels \(3\) than data.labels \(2\)'):
        Training(distilled(drawn, tmp_path / 'three.safetensors', 'slim'), 10)
    with pytest.raises(ConfigError, match='needs both'):
        small_config(drawn, 'distill.network=rfb')
