# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Pascal VOC (Everingham et al. 2010): Annotations/*.xml, JPEGImages, ImageSets/Main/*.txt.

Labels stand in labels.txt or in CVAT's labelmap.txt. CVAT counts boxes from 0 on the upright picture (EXIF applied), and
an xml without objects is a picture without faces.
`difficult` faces are regions to ignore, as in the evaluation of VOC. lxml reads the files, since it knows the line of an
element; it follows no entities and no network.
"""
import pathlib

from lxml import etree

from ..listing import Face, Finding, Listing, Picture, occurring
from ..structure import DataError
from .files import LABELMAP, PictureIndex, files_below, number_of, read_labels, read_lines, relative

LABELS = ('labels.txt', LABELMAP)
SIDES = ('xmin', 'ymin', 'xmax', 'ymax')


def subfolder(folder: pathlib.Path, name: str) -> pathlib.Path:
    """Return a folder of a folder whatever the case of its name, or the folder itself."""
    return next((path for path in sorted(folder.iterdir()) if path.is_dir() and path.name.lower() == name), folder)


def is_voc(folder: pathlib.Path) -> bool:
    """Tell whether a folder has annotations in xml, in Annotations or beside its pictures."""
    return bool(files_below(subfolder(folder, 'annotations'), ('.xml',)))


def read(path: pathlib.Path, subset: str = '') -> Listing:
    """Return what a VOC folder says.

    Args:
        path: the folder that holds Annotations, or xml files beside their pictures.
        subset: the list of ImageSets/Main that counts; '' for all of them.

    Raises:
        DataError: there is no such folder, subset or xml.
    """
    if not path.is_dir():
        raise DataError(f'{path}: expected the folder with Annotations and JPEGImages')
    annotations = subfolder(path, 'annotations')
    index = PictureIndex(subfolder(path, 'jpegimages'))
    findings: list[Finding] = []
    files = {relative(file, annotations).removesuffix(file.suffix): file
             for file in files_below(annotations, ('.xml',))}
    if not files:
        raise DataError(f'{path}: has no xml in {annotations.name}')
    pictures: dict[pathlib.Path, Picture] = {}
    for name in chosen(path, subset, files, findings):
        picture = read_picture(path, name, files[name], index, findings)
        if picture is None:
            continue
        if picture.path in pictures:
            findings.append(Finding('fault', relative(files[name], path), f'is of {picture.name}, as another xml is'))
            continue
        pictures[picture.path] = picture
    labels_file = next((name for name in LABELS if (path / name).is_file()), '')
    made = list(pictures.values())
    labels = read_labels(path / labels_file, findings) if labels_file else occurring(made)
    return Listing(path, made, labels, labels_file, findings)


def chosen(folder: pathlib.Path, subset: str, files: dict[str, pathlib.Path], findings: list[Finding]) -> list[str]:
    """Return the names that the lists of ImageSets/Main give, all where there are none."""
    main = subfolder(subfolder(folder, 'imagesets'), 'main')
    lists = [] if main == folder else sorted(main.glob('*.txt'))
    # Files such as dexter_train.txt say which pictures show one label: the list of all is train.txt.
    stems = {file.stem for file in lists}
    lists = [file for file in lists if not any(file.stem.endswith(f'_{stem}') for stem in stems)]
    if subset:
        lists = [file for file in lists if file.stem.lower() == subset.lower()]
        if not lists:
            raise DataError(f'{folder}: ImageSets/Main has no {subset}.txt')
    if not lists:
        return list(files)
    names: dict[str, str] = {}
    for file in lists:
        own: set[str] = set()
        for number, line in enumerate(read_lines(file), start=1):
            place = f'{relative(file, folder)}:{number}'
            name = line.strip('"')
            if not name:
                continue
            # Some tools write the suffix of the picture.
            stem = name if name in files else name.rpartition('.')[0]
            if stem not in files:
                findings.append(Finding('fault', place, f'there is no annotation {name}.xml'))
            elif stem in own:
                findings.append(Finding('warning', place, f'{name} stands there already'))
            else:
                own.add(stem)
                names.setdefault(stem, place)
    if not subset:
        findings += [Finding('warning', relative(files[name], folder), 'is in no list of ImageSets/Main and is not used')
                     for name in files if name not in names]
    return list(names)


def read_picture(folder: pathlib.Path, name: str, file: pathlib.Path, index: PictureIndex,
                 findings: list[Finding]) -> Picture | None:
    """Return one picture, or None where its xml cannot be read or names none."""
    place = relative(file, folder)
    try:
        root = etree.fromstring(file.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
    except (OSError, etree.XMLSyntaxError) as error:
        line = f':{error.lineno}' if isinstance(error, etree.XMLSyntaxError) and error.lineno else ''
        findings.append(Finding('fault', f'{place}{line}', f'cannot be read as XML: {error}'))
        return None
    written = (root.findtext('filename') or '').strip()
    parent = name.rpartition('/')[0]
    names = [f'{parent}/{written}' if parent and written else written, written, name]
    found = next((paths for each in names if each and (paths := index.find(each))), [])
    if len(found) > 1:
        findings.append(Finding('fault', place, f'{" and ".join(relative(each, folder) for each in found)} may both be '
                                'meant; write which one as <filename>'))
        return None
    if not found:
        findings.append(Finding('fault', place, f'there is no picture {written or name}'))
        return None
    faces = tuple(face_of(element, f'{place}:{element.sourceline}') for element in root.findall('object'))
    sides = [number_of(root.findtext(f'size/{side}')) for side in ('width', 'height')]
    width, height = (int(side) if isinstance(side, float) and side.is_integer() else 0 for side in sides)
    size = (width, height) if width > 0 and height > 0 else None
    return Picture(relative(found[0], folder), found[0], faces, size, place)


def face_of(element: etree._Element, place: str) -> Face:
    """Return the face of an <object>."""
    sides = [number_of(element.findtext(f'bndbox/{side}')) for side in SIDES]
    left, top, right, bottom = sides
    box: object = sides
    if all(isinstance(side, float) for side in sides):
        box = [left, top, right - left, bottom - top]       # type: ignore[operator]  # floats, as was just asked
    label = (element.findtext('name') or '').strip()
    return Face(place, label, box, (element.findtext('difficult') or '').strip() in ('1', 'true', 'True'))
