# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The parameter tables, alone and on a real node."""
import pytest

from face_perception.parameter_tables import DETECTOR, MODEL_OWN, TABLES, Entry, ParameterError
from face_perception.ros.parameters import declare_parameters, unknown_overrides

NUMBER = Entry('number', 0.5, 'A number.', live=True, minimum=0.0, maximum=1.0, special=-1.0)
COUNT = Entry('count', 3, 'A count.', minimum=1, maximum=9)
WORD = Entry('word', 'red', 'A word.', live=True)
FLAG = Entry('flag', True, 'A flag.', live=True)
SOURCE = Entry('source', '0', 'A source.', number_too=True)
WORDS = Entry('words', ['red'], 'Words.', live=True)
TABLE = (NUMBER, COUNT, WORD, FLAG, SOURCE, WORDS)


@pytest.mark.parametrize('entry, value, words', [
    (NUMBER, 0.0, []), (NUMBER, 1.0, []), (NUMBER, -1.0, []),
    (NUMBER, -0.5, ['number', '-1.0 or 0.0 to 1.0', '-0.5']),
    (NUMBER, float('nan'), ['nan']),
    (NUMBER, 1, []), (NUMBER, 2, ['number', '2']), (NUMBER, '1', ['a number']),
    (COUNT, 9, []), (COUNT, 10, ['count', '1 to 9', '10']),
    (COUNT, True, ['integer']), (COUNT, 2.0, ['integer']),
    (WORD, '', []), (WORD, 'green', []), (WORD, 3, ['word', 'a text', '3']),
    (FLAG, False, []), (FLAG, 0, ['true or false']),
    (SOURCE, 0, []), (SOURCE, '/dev/video0', []), (SOURCE, 0.5, ['text']),
    (WORDS, ['green', ''], []), (WORDS, 'green', ['a list of texts', 'green']), (WORDS, [], ['one at least']),
    (WORDS, ['green', 3], ['a list of texts']),
])
def test_problem_says_what_is_wrong(entry, value, words):
    problem = entry.problem(value)
    assert bool(problem) == bool(words)
    for word in words:
        assert word in problem


@pytest.mark.parametrize('name', sorted(TABLES))
def test_tables_are_sound(name):
    table = TABLES[name]
    names = [entry.name for entry in table]
    assert len(set(names)) == len(names)
    for entry in table:
        assert entry.problem(entry.default) == ''
        assert entry.meaning.endswith('.')
        assert (entry.minimum is None) == (entry.maximum is None)


def test_sentinels_mean_the_models_own():
    own = {entry.name: entry for entry in DETECTOR if entry.special == MODEL_OWN}
    assert set(own) == {'score_threshold', 'nms_threshold', 'max_faces'}
    for entry in own.values():
        assert entry.default == MODEL_OWN and "-1: the model's own" in entry.meaning


@pytest.fixture
def make_node():
    rclpy = pytest.importorskip('rclpy', reason='needs ROS 2')
    from rclpy.parameter import Parameter

    rclpy.init()
    nodes = []

    def make(**overrides):
        nodes.append(rclpy.create_node('parameters_under_test', parameter_overrides=[
            Parameter(name, value=value) for name, value in overrides.items()]))
        return nodes[-1]

    yield make
    for node in nodes:
        node.destroy_node()
    rclpy.try_shutdown()


def set_one(node, name, value):
    from rclpy.parameter import Parameter

    return node.set_parameters([Parameter(name, value=value)])[0]


def test_empty_table_declares_nothing(make_node):
    assert declare_parameters(make_node(), ()) == {}


def test_start_values_are_defaults_or_what_was_given(make_node):
    node = make_node(count=7, source=2, number=1)
    values = declare_parameters(node, TABLE)
    assert values == {'number': 1.0, 'count': 7, 'word': 'red', 'flag': True, 'source': '2', 'words': ['red']}
    assert type(values['number']) is float and node.get_parameter('source').value == '2'
    assert node.describe_parameter('number').type == node.get_parameter('number').type_.value


def test_start_values_that_nobody_takes_are_named(make_node):
    node = make_node(**{'nmber': 0.5, 'image_width': 3, 'loudness': 1, 'camera': '0', 'use_sim_time': False, 'count': 2})
    declare_parameters(node, TABLE)
    assert unknown_overrides(node) == {
        'nmber': 'there is no parameter nmber.', 'image_width': 'there is no parameter image_width; did you mean width?',
        'loudness': 'there is no parameter loudness.'}
    node = make_node(score_treshold=0.5)
    declare_parameters(node, DETECTOR)
    assert unknown_overrides(node) == {
        'score_treshold': 'there is no parameter score_treshold; did you mean score_threshold?'}


@pytest.mark.parametrize('given, words', [
    ({'count': 10}, ['count', '1 to 9']),
    ({'count': 'many'}, ['count', 'integer']),
    ({'number': 'much'}, ['number', 'a number', 'much']),
    ({'number': 3}, ['number', '-1.0 or 0.0 to 1.0', '3']),
    ({'number': -0.5}, ['number', '-1.0 or 0.0 to 1.0']),
    ({'word': 3}, ['word', 'a text']),
    ({'words': 'blue'}, ['words', 'a list of texts', 'blue']),
])
def test_bad_start_value_is_refused_in_words(make_node, given, words):
    with pytest.raises(ParameterError) as caught:
        declare_parameters(make_node(**given), TABLE)
    for word in words:
        assert word in str(caught.value)


def test_descriptors_carry_meaning_and_range(make_node):
    node = make_node()
    declare_parameters(node, TABLE)
    number, count, flag = (node.describe_parameter(name) for name in ('number', 'count', 'flag'))
    assert (number.description, number.read_only) == ('A number.', False)
    assert (number.floating_point_range[0].from_value, number.floating_point_range[0].to_value) == (-1.0, 1.0)
    assert count.read_only
    assert (count.integer_range[0].from_value, count.integer_range[0].to_value) == (1, 9)
    assert not flag.integer_range and not flag.floating_point_range


def test_live_values_stay_within_the_table(make_node):
    node, seen = make_node(), []
    declare_parameters(node, TABLE, lambda: seen.append('accepted'))
    assert set_one(node, 'number', 0.25).successful
    refused = set_one(node, 'number', -0.25)
    assert not refused.successful and '-1.0 or 0.0 to 1.0' in refused.reason
    assert not set_one(node, 'count', 4).successful       # read-only
    assert seen == ['accepted']
    assert node.get_parameter('number').value == 0.25
    assert set_one(node, 'words', ['blue', '*']).successful and not set_one(node, 'words', 'blue').successful
    assert node.get_parameter('words').value == ['blue', '*']


def test_names_of_others_pass(make_node):
    node, seen = make_node(), []
    declare_parameters(node, TABLE, lambda: seen.append('accepted'))
    node.declare_parameter('qos_overrides./image.subscription.depth', 1)
    assert set_one(node, 'qos_overrides./image.subscription.depth', 4).successful
    assert seen == []
