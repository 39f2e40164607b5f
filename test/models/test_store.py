# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Where models are found, and the words when they are not."""
import os
import sys

import pytest

from face_perception.models import store as model_store
from face_perception.models.store import ModelNotFound, find_model, list_models, search_places


def make(folder):
    folder.mkdir(parents=True)
    (folder / 'model.json').write_text('{}')
    return str(folder)


@pytest.fixture(autouse=True)
def nothing_around(tmp_path, monkeypatch):
    """Look only below tmp_path, from a folder of its own."""
    monkeypatch.delenv('FACE_PERCEPTION_MODELS', raising=False)
    monkeypatch.delenv('AMENT_PREFIX_PATH', raising=False)
    source = tmp_path / 'clone' / 'face_perception' / 'models' / 'store.py'
    monkeypatch.setattr(model_store, '__file__', str(source))
    monkeypatch.setattr(sys, 'prefix', str(tmp_path / 'prefix'))
    (tmp_path / 'here').mkdir()
    monkeypatch.chdir(tmp_path / 'here')


def test_no_models_at_all():
    assert list_models() == {}
    with pytest.raises(ModelNotFound) as caught:
        find_model('slim_320')
    assert str(caught.value).startswith("no model 'slim_320'; found are none; searched in ")


def test_every_place_is_searched_and_the_first_wins(tmp_path, monkeypatch):
    def joined(*names):
        return os.pathsep.join(str(tmp_path / name) for name in names)

    monkeypatch.setenv('FACE_PERCEPTION_MODELS', joined('mine', 'yours'))
    monkeypatch.setenv('AMENT_PREFIX_PATH', joined('overlay', 'ros'))
    share = os.path.join('share', 'face_perception', 'models')
    places = [tmp_path / 'mine', tmp_path / 'yours', tmp_path / 'clone' / 'models',
              tmp_path / 'overlay' / share, tmp_path / 'ros' / share, tmp_path / 'prefix' / share]
    assert search_places() == [str(place) for place in places]
    for place in reversed(places):
        folder = make(place / 'slim_320')
        assert find_model('slim_320') == folder


def test_two_models_are_listed_and_other_folders_are_not(tmp_path):
    models = tmp_path / 'clone' / 'models'
    folders = {name: make(models / name) for name in ('rfb_320', 'slim_320')}
    (models / 'empty').mkdir()
    (models / 'README.md').write_text('')
    assert list_models() == folders
    with pytest.raises(ModelNotFound, match="'slim_640'; found are rfb_320, slim_320; searched in .*clone"):
        find_model('slim_640')


def test_a_folder_wins_over_a_name(tmp_path):
    make(tmp_path / 'clone' / 'models' / 'slim_320')
    mine = make(tmp_path / 'here' / 'slim_320')
    assert find_model('slim_320') == find_model(tmp_path / 'here' / 'slim_320') == mine


def test_a_folder_without_a_model_does_not_hide_a_name(tmp_path):
    (tmp_path / 'here' / 'slim_320').mkdir()
    with pytest.raises(ModelNotFound, match='the folder .*here.slim_320 has no model.json'):
        find_model('slim_320')
    named = make(tmp_path / 'clone' / 'models' / 'slim_320')
    assert find_model('slim_320') == named


@pytest.mark.parametrize('name', ['', '.', '..', '/', 'a/b'])
def test_odd_names_find_nothing(name):
    with pytest.raises(ModelNotFound):
        find_model(name)
