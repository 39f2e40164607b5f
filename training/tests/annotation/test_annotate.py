# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A folder is annotated by the models of the repository and read again by the readers of training."""
import json
import pathlib
import shutil
import zipfile

import cv2
import numpy as np
import PIL.Image
import pytest

from face_training.__main__ import main
from face_training.annotation.annotate import annotate
from face_training.annotation.draft import read_book
from face_training.data.check import check
from face_training.data.readers import read_listing

MODELS = pathlib.Path(__file__).parents[3] / 'models'


@pytest.fixture
def folder(tmp_path):
    """Two pictures: a person and a drawing; nothing, in a folder of its own."""
    folder = tmp_path / 'pictures'
    (folder / 'set b').mkdir(parents=True)
    shutil.copy(MODELS / 'slim_320' / 'reference.png', folder / 'two faces.png')
    cv2.imwrite(str(folder / 'set b' / 'none.é.jpg'), np.full((90, 120, 3), 127, np.uint8))
    return folder


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / 'pictures').mkdir()
    with pytest.raises(ValueError, match='has no pictures'):
        annotate(tmp_path / 'pictures', 'slim_320', tmp_path / 'out')
    assert not (tmp_path / 'out').exists()


def test_what_is_written_is_read_again(folder, tmp_path):
    book = annotate(folder, str(MODELS / 'slim_320'), tmp_path / 'out')
    assert {draft.name: [face.label for face in draft.judged.faces] for draft in book.drafts} == {
        'two faces.png': ['human', 'cartoon'], 'set b/none.é.jpg': []}
    assert [(draft.width, draft.height) for draft in book.drafts] == [(120, 90), (320, 240)]
    reference = json.loads((MODELS / 'slim_320' / 'model.json').read_text())['proof']['reference']['detections']
    for kind in ('voc', 'coco'):
        listing = read_listing(tmp_path / 'out' / kind)
        assert [str(finding) for finding in [*listing.findings, *check(tmp_path / 'out' / kind)]] == []
        assert listing.labels == ['human', 'cartoon']
        faces = {picture.path.name: picture.faces for picture in listing.pictures}
        assert faces['none.é.jpg'] == ()
        for face, entry in zip(faces['two faces.png'], reference, strict=True):
            assert face.label == entry['label'] and face.box == pytest.approx(entry['bbox'], abs=0.05)
    assert read_book(tmp_path / 'out').labels == book.labels
    assert [draft.judged.why for draft in read_book(tmp_path / 'out').drafts] == [[], []]


def test_the_files_are_those_that_cvat_knows(folder, tmp_path):
    """Names, folders and fields as in exports of CVAT; its own importer was run on them, see docs/collected_pictures.md."""
    annotate(folder, 'slim_320', tmp_path / 'out')
    with zipfile.ZipFile(tmp_path / 'out' / 'voc.zip') as archive:
        assert sorted(archive.namelist()) == ['Annotations/set b/none.é.xml', 'Annotations/two faces.xml',
                                              'ImageSets/Main/default.txt', 'labelmap.txt', 'labels.txt']
        assert archive.read('ImageSets/Main/default.txt').decode() == 'set b/none.é\ntwo faces\n'
        assert archive.read('labelmap.txt').decode().splitlines()[1:] == ['human:::', 'cartoon:::']
        text = archive.read('Annotations/two faces.xml').decode()
    assert '<filename>two faces.png</filename>' in text and '<difficult>0</difficult>' in text
    assert '<name>source</name>' in text and '<value>auto</value>' in text
    content = json.loads((tmp_path / 'out' / 'coco' / 'annotations' / 'instances_default.json').read_text())
    assert [image['file_name'] for image in content['images']] == ['set b/none.é.jpg', 'two faces.png']
    assert {'segmentation', 'iscrowd', 'area'} <= content['annotations'][0].keys()


def test_boxes_are_those_of_the_upright_picture(tmp_path):
    (tmp_path / 'pictures').mkdir()
    upright = PIL.Image.open(MODELS / 'slim_320' / 'reference.png').convert('RGB')
    exif = PIL.Image.Exif()
    exif[0x0112] = 6             # to be turned to the right
    upright.rotate(90, expand=True).save(tmp_path / 'pictures' / 'phone.jpg', exif=exif, quality=95)
    draft, = annotate(tmp_path / 'pictures', 'slim_320', tmp_path / 'out').drafts
    assert (draft.width, draft.height) == upright.size
    assert draft.judged.faces[0].box == pytest.approx((117.6, 42.8, 204.6, 167.6), abs=3)


def test_two_models_and_a_picture_that_cannot_be_read(folder, tmp_path, capsys):
    (folder / 'broken.jpg').write_bytes(b'?')
    words = ['annotate', str(folder), 'slim_320', '--second', 'rfb_320']
    assert main(words) == 1
    said = capsys.readouterr()
    assert said.out == '2 pictures, 1 human, 1 cartoon; 0 of them marked for review, 1 could not be read\n'
    assert f'{folder}/broken.jpg: left out: not an image' in said.err
    assert read_book(tmp_path / 'pictures_annotated').second == 'rfb_320'
    assert len(list((tmp_path / 'pictures_annotated' / 'voc' / 'JPEGImages').rglob('*.*'))) == 2
    assert main(words) == 2
    assert 'may hold corrections; name another folder with --out' in capsys.readouterr().err


@pytest.mark.parametrize('words, what', [
    (['nowhere', 'slim_320'], 'expected a folder of pictures'), (['pictures', 'slim_3200'], 'slim_3200'),
    (['pictures', 'slim_320', '--out', 'pictures/labels'], 'would be annotated itself'),
    (['pictures', 'landmarks_5'], 'landmarks_5'), (['pictures', 'slim_320', '--tiles', '9'], 'tiles')])
def test_what_does_not_fit_is_said_and_leaves_nothing(folder, tmp_path, capsys, words, what, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob('*'))
    assert main(['annotate', *words]) == 2
    assert what in capsys.readouterr().err and sorted(tmp_path.rglob('*')) == before


@pytest.mark.parametrize('content, what', [(None, 'no such file'), ('[', 'is not what'), ('{}', 'is not what'),
                                           ('{"drafts": [{"name": "a"}]}', 'is not what')])
def test_another_review_json_is_refused(tmp_path, content, what):
    if content is not None:
        (tmp_path / 'review.json').write_text(content)
    with pytest.raises(ValueError, match=what):
        read_book(tmp_path)
