# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Pascal VOC as CVAT exports it, and what people complain about; each row of a table says what it is."""
import cv2
import numpy as np
import pytest

from face_training.config import Source
from face_training.data.check import check
from face_training.data.load import read_samples
from face_training.data.readers import read_listing
from face_training.data.sample import read_image
from face_training.data.structure import DataError

from .conftest import xml_of

LABELS = ('dad', 'dexter')
DAD, DEXTER = ('dad', 10, 20, 60.5, 80), ('dexter', 70, 30, 120, 90)


def said(path):
    return [str(finding) for finding in check(path)]


@pytest.fixture
def export(put, tmp_path):
    """An export of CVAT: two pictures with faces and one without."""
    put('labelmap.txt', '# label:color_rgb:parts:actions\nbackground:0,0,0::\ndad:128,0,0::\ndexter:0,128,0::\n')
    put('ImageSets/Main/default.txt', '0001\n0002\n0003\n')
    for number, faces in enumerate(([DAD, DEXTER], [DEXTER], []), start=1):
        put(f'JPEGImages/000{number}.jpg')
        put(f'Annotations/000{number}.xml', xml_of(f'000{number}.jpg', faces))
    return tmp_path


def test_a_folder_without_annotations_is_refused(tmp_path):
    with pytest.raises(DataError, match='is a folder without labels that are known; expected a COCO json'):
        read_samples(tmp_path, LABELS)


def test_an_export_of_cvat_is_read(export):
    first, second, empty = read_samples(export, LABELS)
    assert first.labels.tolist() == [0, 1] and first.boxes.tolist() == [[10, 20, 60.5, 80], [70, 30, 120, 90]]
    assert second.labels.tolist() == [1] and (second.width, second.height) == (160, 120)
    assert empty.boxes.shape == (0, 4)          # an xml without objects: a picture without faces
    assert check(export) == [] and read_listing(export).labels == ['dad', 'dexter']


def test_without_lists_every_annotation_counts(export):
    (export / 'ImageSets' / 'Main' / 'default.txt').unlink()
    assert len(read_samples(export, LABELS)) == 3 and check(export) == []
    (export / 'ImageSets' / 'Main').rmdir()
    (export / 'ImageSets').rmdir()
    assert len(read_samples(export, LABELS)) == 3 and check(export) == []


def test_lists_choose_and_lists_of_one_label_do_not(export, put):
    put('ImageSets/Main/train.txt', '0001\r\n"0003"\n\n')
    put('ImageSets/Main/default.txt', '0002\n')
    put('ImageSets/Main/dexter_train.txt', '0001  1\n0003 -1\n')        # of VOC's classification
    assert len(read_samples(export, LABELS)) == 3
    assert [s.path.stem for s in read_samples(Source(str(export), subset='train'), LABELS)] == ['0001', '0003']
    with pytest.raises(DataError, match=r'ImageSets/Main has no test.txt'):
        read_samples(Source(str(export), subset='test'), LABELS)


def test_what_lists_leave_out_or_invent_is_named_with_its_line(export, put):
    put('ImageSets/Main/default.txt', '0001.jpg\n0001\n\n0009\n')
    assert said(export) == [
        'warning: ImageSets/Main/default.txt:2: 0001 stands there already',
        'fault: ImageSets/Main/default.txt:4: there is no annotation 0009.xml',
        'warning: Annotations/0002.xml: is in no list of ImageSets/Main and is not used',
        'warning: Annotations/0003.xml: is in no list of ImageSets/Main and is not used',
        'warning: file JPEGImages/0002.jpg: is not listed', 'warning: file JPEGImages/0003.jpg: is not listed']
    with pytest.raises(DataError, match=r'default.txt:4: there is no annotation 0009.xml'):
        read_samples(export, LABELS)


@pytest.mark.parametrize('picture, annotation, filename', [
    ('0001.jpg', '0001', r'C:\Users\me\My Pictures\0001.jpg'),          # labelImg on Windows
    ('0001.jpg', '0001', '/home/me/0001.jpg'),                          # labelImg elsewhere
    ('a picture of dad.jpg', 'a picture of dad', 'a picture of dad.jpg'),
    ('cam.front.0001.jpg', 'cam.front.0001', 'cam.front.0001'),         # dots, and no suffix
    ('Größe Ü 你好.jpg', 'Größe Ü 你好', 'Größe Ü 你好.jpg'),
    ('Cafe\u0301.jpg', 'Caf\u00e9', 'Caf\u00e9.jpg'),                   # macOS takes letters apart
    ('IMG_0001.JPG', 'IMG_0001', 'IMG_0001.jpg'),                       # the suffix as a camera writes it
    ('0001.JPEG', '0001', '0001'),                                      # no suffix in the xml
    ('0001.png', '0001', '0001.jpg'),                                   # converted since
    ('0001.jpg', '0001', ''),                                           # no filename at all
    ('clip 1/0001.jpg', 'clip 1/0001', 'clip 1/0001.jpg'),              # CVAT keeps folders
    ('clip 1/0001.jpg', 'clip 1/0001', '0001.jpg'),
])
def test_pictures_are_found_by_the_names_that_people_have(put, tmp_path, picture, annotation, filename):
    put(f'JPEGImages/{picture}')
    put(f'Annotations/{annotation}.xml', xml_of(filename, [DAD]))
    put('ImageSets/Main/default.txt', f'{annotation}\n')
    sample, = read_samples(tmp_path, LABELS)
    assert sample.path == tmp_path / 'JPEGImages' / picture
    assert check(tmp_path) == []


def test_of_a_png_beside_a_jpg_the_named_one_is_taken_and_none_by_chance(put, tmp_path):
    put('JPEGImages/0001.jpg')
    put('JPEGImages/0001.png', width=80, height=60)
    put('Annotations/0001.xml', xml_of('0001.jpg', [DAD]))
    assert read_samples(tmp_path, LABELS)[0].path.suffix == '.jpg'
    put('Annotations/0001.xml', xml_of('0001', [DAD]))
    with pytest.raises(DataError, match=r'0001.xml: JPEGImages/0001.jpg and JPEGImages/0001.png may both be meant; write'):
        read_samples(tmp_path, LABELS)


def test_pictures_and_annotations_may_lie_in_one_folder_and_what_macos_adds_is_not_read(put, tmp_path):
    put('0001.jpg')
    put('0001.xml', xml_of('0001.jpg', [DAD]))
    put('__MACOSX/._0001.xml', b'\0\5\x16\7')
    put('._0001.jpg', b'\0\5\x16\7')
    assert len(read_samples(tmp_path, LABELS)) == 1


def test_an_annotation_may_lack_what_is_not_needed(put, tmp_path):
    put('JPEGImages/0001.jpg')
    put('Annotations/0001.xml', xml_of('0001.jpg', [DAD], size=None, difficult=None))
    sample, = read_samples(tmp_path, LABELS)
    assert sample.labels.tolist() == [0] and (sample.width, sample.height) == (160, 120)
    assert read_listing(tmp_path).labels == ['dad']         # without labels.txt those that occur


def test_size_zero_is_no_size(put, tmp_path):
    put('JPEGImages/0001.jpg')
    put('Annotations/0001.xml', xml_of('0001.jpg', [DAD], size=(0, 0)))
    assert (read_samples(tmp_path, LABELS)[0].width, check(tmp_path)) == (160, [])


def test_difficult_faces_are_ignored(put, tmp_path):
    put('JPEGImages/0001.jpg')
    put('Annotations/0001.xml', xml_of('0001.jpg', [DAD], difficult='1'))
    assert read_samples(tmp_path, LABELS)[0].labels.tolist() == [-1]


@pytest.mark.parametrize('size, fault', [((120, 160), ''), (None, ''), (
    (160, 120), 'fault: image JPEGImages/0001.jpg: is 120x160, Annotations/0001.xml says 160x120, as it lies in the file '
    'before EXIF turns it')])
def test_boxes_are_those_of_the_picture_that_cvat_showed(put, tmp_path, size, fault):
    """A phone held upright: 160x120 in the file, 120x160 on every screen, and in CVAT's media_extractors.py."""
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[90:110, 20:60] = 255            # in the file; upright at x 10..30, y 20..60
    coded = cv2.imencode('.jpg', picture)[1].tobytes()
    exif = b'Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0'
    put('JPEGImages/0001.jpg', coded[:2] + b'\xff\xe1' + (len(exif) + 2).to_bytes(2, 'big') + exif + coded[2:])
    put('Annotations/0001.xml', xml_of('0001.jpg', [('dad', 10, 20, 30, 60)], size=size))
    found = said(tmp_path)
    assert found[-1].startswith('warning: image JPEGImages/0001.jpg: is turned by its EXIF orientation 6') or fault in found
    if fault:
        return
    sample, = read_samples(tmp_path, LABELS)
    left, top, right, bottom = sample.boxes[0].astype(int)
    image = read_image(sample)
    assert image.shape == (160, 120, 3) and image[top + 2:bottom - 2, left + 2:right - 2].min() > 240
    assert image[:top - 9].max() < 20


@pytest.mark.parametrize('text', ['BACKGROUND\ndad\ndexter\n', '\ufeffbackground\r\n\r\ndad\r\n  dexter \r\n\r\n',
                                  '__background__\ndad\n\ndexter'])
def test_labels_are_read_as_people_write_them(export, put, text):
    put('labels.txt', text)
    assert read_listing(export).labels == ['dad', 'dexter'] and check(export) == []


def test_a_label_that_labels_txt_lacks_is_named_with_its_line(export, put):
    put('labels.txt', 'dad\ndad\nDexter\n')
    what = "the label 'dexter' is not in labels.txt, which has dad, Dexter; correct it, or add a line"
    assert said(export) == ["warning: labels.txt:2: the label 'dad' stands there already",
                            f'fault: Annotations/0001.xml:19: {what}', f'fault: Annotations/0002.xml:9: {what}']
    with pytest.raises(DataError, match=r'Annotations/0001.xml:19: the label .*, and 1 faults more'):
        read_samples(export, LABELS)


def test_a_label_that_the_config_lacks_is_named_with_its_line(export):
    with pytest.raises(DataError, match=r"0001.xml:9 has the label 'dad'; the config names dexter. .*rename: {dad: "):
        read_samples(export, ['dexter'])


@pytest.mark.parametrize('content, finding', [
    ('', 'fault: Annotations/0002.xml:1: cannot be read as XML: '),
    ('<annotation>\n<object>\n</annotation>', 'fault: Annotations/0002.xml:3: cannot be read as XML: '),
    (xml_of('0002.jpg', [('dad', 'a', 2, 3, 4)]), 'fault: Annotations/0002.xml:9: the bbox holds something else than'),
    (xml_of('0002.jpg', [('dad', 50, 2, 30, 40)]), 'fault: Annotations/0002.xml:9: the bbox has no area: -20 wide, 38 high'),
    (xml_of('0002.jpg', [('dad', 200, 2, 230, 40)]), 'fault: Annotations/0002.xml:9: the bbox lies outside the picture'),
    (xml_of('0002.jpg', [('', 20, 2, 30, 40)]), 'fault: Annotations/0002.xml:9: the face has no label'),
    (xml_of('0007.jpg', [DAD]).replace('0007.jpg', '0001.jpg'), 'fault: Annotations/0002.xml: is of JPEGImages/0001.jpg'),
    (xml_of('0002.jpg', [DAD], size=(161, 120)), 'fault: image JPEGImages/0002.jpg: is 160x120, Annotations/0002.xml says'),
    # Entities would make gigabytes of a few lines, or show files of this machine.
    ('<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/hostname">]>\n<annotation><filename>&f;</filename></annotation>', None),
])
def test_one_bad_annotation_is_named_and_refused(export, put, content, finding):
    put('Annotations/0002.xml', content)
    found = said(export)
    if finding is None:         # not followed: the picture is found by the name of the xml
        assert found == []
        return
    assert [each for each in found if each.startswith(finding)], found
    if finding.endswith('xml says'):     # seen when it is opened
        return
    with pytest.raises(DataError, match=r'0002.xml'):
        read_samples(export, LABELS)


def test_one_corrupt_picture_among_good_ones_is_named(export):
    path = export / 'JPEGImages' / '0002.jpg'
    path.write_bytes(path.read_bytes()[:700])
    assert said(export) == ['fault: image JPEGImages/0002.jpg: the file is cut off']
    path.write_bytes(b'')
    assert said(export) == ['fault: image JPEGImages/0002.jpg: the file is empty']
    path.unlink()
    assert said(export) == ['fault: Annotations/0002.xml: there is no picture 0002.jpg']


def test_the_same_picture_under_two_names_is_a_warning(export):
    (export / 'JPEGImages' / '0002.jpg').write_bytes((export / 'JPEGImages' / '0001.jpg').read_bytes())
    assert said(export) == ['warning: image JPEGImages/0002.jpg: is byte for byte the same as JPEGImages/0001.jpg']
