# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Pascal VOC as CVAT exports and imports it ("PASCAL VOC 1.1")."""
import pathlib
import zipfile
from collections.abc import Sequence
from xml.etree import ElementTree

from ..doubt import Guess
from ..draft import Draft
from .names import stem_of

PICTURES = 'JPEGImages'
SUBSET = 'default'           # as CVAT calls it where a task has none; its importer skips names with an underscore


def write_voc(folder: pathlib.Path, drafts: Sequence[Draft], labels: Sequence[str]) -> None:
    """Write Annotations, ImageSets/Main, labels.txt and labelmap.txt."""
    for draft in drafts:
        path = folder / 'Annotations' / f'{stem_of(draft.name)}.xml'
        path.parent.mkdir(parents=True, exist_ok=True)
        root = annotation(draft)
        ElementTree.indent(root)
        ElementTree.ElementTree(root).write(path, encoding='utf-8')
    lists = folder / 'ImageSets' / 'Main'
    lists.mkdir(parents=True, exist_ok=True)
    (lists / f'{SUBSET}.txt').write_text(''.join(f'{stem_of(draft.name)}\n' for draft in drafts), encoding='utf-8')
    (folder / 'labels.txt').write_text(''.join(f'{label}\n' for label in labels), encoding='utf-8')
    (folder / 'labelmap.txt').write_text('# label:color_rgb:parts:actions\n' + ''.join(f'{label}:::\n' for label in labels),
                                         encoding='utf-8')


def annotation(draft: Draft) -> ElementTree.Element:
    """Return the xml of a picture."""
    root = ElementTree.Element('annotation')
    folder, _, _ = draft.name.rpartition('/')
    ElementTree.SubElement(root, 'folder').text = folder
    ElementTree.SubElement(root, 'filename').text = draft.name
    size = ElementTree.SubElement(root, 'size')
    for name, value in (('width', draft.width), ('height', draft.height), ('depth', 3)):
        ElementTree.SubElement(size, name).text = str(value)
    ElementTree.SubElement(root, 'segmented').text = '0'
    for face in draft.judged.faces:
        root.append(face_element(face))
    return root


def face_element(face: Guess) -> ElementTree.Element:
    """Return the xml of a face; CVAT keeps `source`, and `score` where its label has such an attribute."""
    element = ElementTree.Element('object')
    ElementTree.SubElement(element, 'name').text = face.label
    for name in ('truncated', 'occluded', 'difficult'):
        ElementTree.SubElement(element, name).text = '0'
    box = ElementTree.SubElement(element, 'bndbox')
    for name, value in zip(('xmin', 'ymin', 'xmax', 'ymax'), face.box):
        ElementTree.SubElement(box, name).text = f'{value:.2f}'
    attributes = ElementTree.SubElement(element, 'attributes')
    for name, text in (('source', 'auto'), ('score', f'{face.score:.3f}')):
        attribute = ElementTree.SubElement(attributes, 'attribute')
        ElementTree.SubElement(attribute, 'name').text = name
        ElementTree.SubElement(attribute, 'value').text = text
    return element


def write_zip(folder: pathlib.Path, path: pathlib.Path) -> None:
    """Write what a VOC folder has beside its pictures as the archive that CVAT's "Upload annotations" takes."""
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob('*')):
            name = file.relative_to(folder)
            if file.is_file() and name.parts[0] != PICTURES:
                archive.write(file, name.as_posix())
