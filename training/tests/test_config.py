# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pathlib

import pytest

from face_training.config import ConfigError, read_config, to_yaml

CONFIGS = sorted((pathlib.Path(__file__).parents[1] / 'configs').glob('*.yaml'))
SMALL = 'data: {train: a.json, val: b.json}\nmodel: {name: m, network: slim, width: 320, height: 240}\n'


def written(tmp_path, text):
    path = tmp_path / 'config.yaml'
    path.write_text(text)
    return path


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(ConfigError, match='expected keys and values'):
        read_config(written(tmp_path, ''))


def test_what_is_not_said_has_a_default_and_the_rest_is_kept(tmp_path):
    config = read_config(written(tmp_path, SMALL + 'schedule: {epochs: 3}\naugment: {flip: 0}\n'))
    assert config.schedule.epochs == 3
    assert config.augment.flip == 0.0
    assert config.data.labels == ('human', 'cartoon')


@pytest.mark.parametrize('path', CONFIGS, ids=lambda p: p.name)
def test_every_shipped_config_reads_and_names_its_model(path):
    assert path.stem.startswith(read_config(path).model.name)


def test_there_is_a_shipped_config():
    assert CONFIGS


def test_yaml_of_a_config_reads_back_as_the_same(tmp_path):
    config = read_config(CONFIGS[0])
    assert read_config(written(tmp_path, to_yaml(config))) == config


def test_an_override_replaces_one_value(tmp_path):
    config = read_config(written(tmp_path, SMALL), ['schedule.epochs=7', 'data.exclude=[scooby]'])
    assert (config.schedule.epochs, config.data.exclude) == (7, ('scooby',))


@pytest.mark.parametrize('extra, words', [
    ('loss: {negativs: 3}\n', 'unknown key loss.negativs'),
    ('schedule: {epochs: many}\n', "schedule.epochs: Input should be a valid integer, got 'many'"),
    ('loss: {class_weights: [1, 1]}\n', 'needs 3 numbers'),
    ('schedule: {epochs: 2, head_epochs: 3}\n', 'must lie in 0..epochs'),
    ('augment: {flip: 2}\n', 'augment.flip: Input should be less than or equal to 1, got 2'),
    ('loss: {match_iou: 0.3}\n', 'must not be above'),
    ('loss: {assign: best}\n', "loss.assign: Input should be 'iou', 'atss', 'simota' or 's3fd', got 'best'"),
    ('schedule: {epochs: true}\n', 'schedule.epochs: Input should be a valid integer, got True'),
    ('loss: {negativs: 3}\n', 'known: assign, candidates'),
    ('date: 3\n', 'unknown key date; known: data, model'),
])
def test_what_does_not_fit_is_named(tmp_path, extra, words):
    with pytest.raises(ConfigError, match=words):
        read_config(written(tmp_path, SMALL + extra))


def test_training_data_are_one_file_or_several(tmp_path):
    assert read_config(written(tmp_path, SMALL)).data.train == 'a.json'
    assert read_config(written(tmp_path, SMALL), ['data.train=[a.json, c.json]']).data.train == ('a.json', 'c.json')


def test_a_missing_key_is_named(tmp_path):
    with pytest.raises(ConfigError, match='model.network is missing'):
        read_config(written(tmp_path, 'data: {train: a, val: b}\nmodel: {name: m, width: 1, height: 1}\n'))
