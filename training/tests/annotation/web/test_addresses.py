# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from face_training.annotation.web.addresses import read_addresses


def test_an_empty_list_has_no_address(addresses):
    assert read_addresses(addresses('', '  # nothing yet')) == []


def test_addresses_stand_in_their_order_each_once(addresses):
    path = addresses('\ufeffhttp://a.example/1.jpg\r', 'https://b.example/x#part  # a comment', '#http://c.example/', '',
                     'http://a.example/1.jpg')
    assert read_addresses(path) == ['http://a.example/1.jpg', 'https://b.example/x#part']


@pytest.mark.parametrize('line, what, why', [
    ('file:///etc/passwd', 'only http and https', 'a file of this machine'),
    ('ftp://a.example/1.jpg', 'only http and https', 'nobody follows robots.txt there'),
    ('1.jpg', 'expected the address of a picture', 'a name'),
    ('http://', 'expected the address', 'no host'),
    ('http://a.example:port/1.jpg', 'expected the address', 'no number'),
    ('http://a.example/1.jpg http://a.example/2.jpg', 'one in a line', 'two of them'),
])
def test_what_is_no_address_is_named_with_its_line(addresses, line, what, why):
    with pytest.raises(ValueError, match=f'addresses.txt:2: .*{what}'):
        read_addresses(addresses('http://a.example/1.jpg', line))


def test_a_list_that_is_no_text_is_refused(tmp_path):
    (tmp_path / 'list').write_bytes(b'\xff\xd8\xff\xe0')
    with pytest.raises(ValueError, match='expected a text in UTF-8'):
        read_addresses(tmp_path / 'list')
