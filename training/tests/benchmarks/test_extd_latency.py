# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The latency benchmark exports and runs every network at every size, in turns."""
import json

import numpy as np
import pytest
import safetensors.torch
import torch

from benchmarks import extd_latency
from face_training.compare.candidates import published_config
from face_training.graph import DetectorGraph
from face_training.networks import NETWORKS
from face_training.networks.extd import Extd


@pytest.fixture(scope='module')
def weights(tmp_path_factory):
    """A folder with made weights under the names of the published ones."""
    folder = tmp_path_factory.mktemp('pretrained')
    torch.manual_seed(1)
    for name, (network, file) in extd_latency.NETWORKS.items():
        net = Extd(2, int(name[-2:])) if network == 'extd' else NETWORKS[network](2)
        (folder / file).parent.mkdir(exist_ok=True)
        safetensors.torch.save_file(net.state_dict(), folder / file)
    return folder


@pytest.mark.parametrize('words', [('--rounds', '0'), ('--sizes', 'wide'), ('--sizes', '160x20')])
def test_wrong_options_are_refused(words):
    with pytest.raises(SystemExit) as end:
        extd_latency.main(words)
    assert end.value.code == 2


def test_missing_weights_are_one_sentence(tmp_path, capsys):
    assert extd_latency.main(['--pretrained', str(tmp_path)]) == 1
    assert 'slim-320.safetensors: expected the published weights' in capsys.readouterr().err


def test_the_table_has_a_row_for_each_network_and_a_column_for_each_size():
    assert extd_latency.table({'a': {(160, 120): 0.0021, (640, 480): 0.25}, 'b': {(160, 120): 1.0, (640, 480): 2.0}}) == (
        '| Network | 160x120 | 640x480 |\n| --- | --- | --- |\n| a | 2.1 | 250.0 |\n| b | 1000.0 | 2000.0 |')


def test_every_way_runs_once_in_a_round():
    ran = []

    class Recorder:
        def run(self, tensor):
            ran.append(int(tensor[0]))

    ways = [extd_latency.Way('', (0, 0), Recorder(), np.array([number])) for number in range(3)]
    assert [len(values) for values in extd_latency.measure(ways, 4)] == [4, 4, 4]
    rounds = np.array(ran).reshape(-1, 3)
    assert (np.sort(rounds, axis=1) == [0, 1, 2]).all() and len(rounds) == 4 + extd_latency.WARM_UP
    assert set(rounds[:, 0]) == {0, 1, 2}               # each is the first one at times


def test_a_short_run(weights, tmp_path, capsys):
    status = extd_latency.main(['--pretrained', str(weights), '--sizes', '160x120', '192x96', '--rounds', '2',
                                '--json', str(tmp_path / 'out.json')])
    assert status == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == '| Network | 160x120 | 192x96 |'
    assert [line.split()[1] for line in lines[2:7]] == list(extd_latency.NETWORKS)
    rows = json.loads((tmp_path / 'out.json').read_text())['rows']
    assert len(rows) == 10 and all(len(row['seconds']) == 2 and min(row['seconds']) > 0 for row in rows)


def test_what_is_timed_is_the_network(weights, tmp_path):
    way = extd_latency.open_ways(weights, [(160, 120)], tmp_path)[-1]
    net = Extd(2, 64)
    net.load_pretrained(weights / 'extd' / 'extd-64.safetensors')
    graph = DetectorGraph(net, published_config('', 'extd', 160, 120)).eval()
    with torch.inference_mode():
        boxes, scores = graph(torch.from_numpy(way.tensor))
    found = way.backend.run(way.tensor)
    assert np.abs(found['scores'] - scores.numpy()).max() < 1e-4
    assert found['boxes'].shape == boxes.shape
