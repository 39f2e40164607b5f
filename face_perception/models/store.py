# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Finds model folders by name."""

import os
import sys
from collections import OrderedDict
from typing import Dict, List

from face_perception.core.files import expand

_MARK = 'model.json'  # a folder with this file is a model
_SHARE = os.path.join('share', 'face_perception', 'models')


class ModelNotFound(LookupError):
    """No model of this name; the message has the places searched and the models there are."""

    def __str__(self) -> str:
        return str(self.args[0])


def find_model(name_or_folder: str) -> str:
    """Return the absolute path of a model folder.

    An existing folder with a model.json wins; otherwise the argument is a name, looked up in `search_places`.

    Raises:
        ModelNotFound: neither.
    """
    # A path from a parameter file or a launch argument has met no shell.
    name = expand(os.fspath(name_or_folder))
    if _is_model(name):
        return os.path.abspath(name)
    models = list_models()
    if name in models:
        return models[name]
    if os.path.isdir(name):
        raise ModelNotFound('the folder {} has no {}; a model is a folder with {} and model.onnx'.format(
            os.path.abspath(name), _MARK, _MARK))
    if os.path.isfile(name):
        raise ModelNotFound('{} is a file; give the folder that holds it and its {}'.format(
            os.path.abspath(name), _MARK))
    places = [os.path.realpath(place) for place in search_places() if os.path.isdir(place)]
    raise ModelNotFound('no model {!r}; found are {}; searched in {}'.format(
        name, ', '.join(sorted(models)) or 'none', ', '.join(OrderedDict.fromkeys(places)) or
        ', '.join(search_places())))


def list_models() -> Dict[str, str]:
    """Return {name: folder} of all models in `search_places`; of two with one name the first place wins."""
    models: Dict[str, str] = {}
    for place in reversed(search_places()):
        for name in sorted(os.listdir(place)) if os.path.isdir(place) else ():
            if _is_model(os.path.join(place, name)):
                models[name] = os.path.join(place, name)
    return models


def search_places() -> List[str]:
    """Return the folders that hold models, first the one that wins; they need not exist.

    $FACE_PERCEPTION_MODELS (several with ':'), the source tree's models/, the share folder of each ROS prefix
    ($AMENT_PREFIX_PATH), the share folder of this Python.
    """
    places = _from_environment('FACE_PERCEPTION_MODELS')
    # Of the source tree; in an installation it is some folder without models.
    clone = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    places.append(os.path.join(clone, 'models'))
    places += [os.path.join(prefix, _SHARE) for prefix in _from_environment('AMENT_PREFIX_PATH')]
    places.append(os.path.join(sys.prefix, _SHARE))
    return list(OrderedDict.fromkeys(os.path.abspath(place) for place in places))       # each once, in this order


def _is_model(folder: str) -> bool:
    return os.path.isfile(os.path.join(folder, _MARK))


def _from_environment(variable: str) -> List[str]:
    return [entry for entry in os.environ.get(variable, '').split(os.pathsep) if entry]
