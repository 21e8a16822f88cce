"""A gradebook as tables: for people, and as Canvas and Moodle read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import chain, count, groupby
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from app.formats.csv_lines import Cell as Value
from app.gradebook.points import shown, total_points
from app.gradebook.points_repository import Cell
from app.gradebook.sheet import Sheet, SheetAssignment, SheetStudent
from app.gradebook.words import points_text

Row = Sequence[Value]

# What XML 1.0 cannot hold, not even escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_STUDENT = ("Id", "Name", "Student number", "E-mail", "Section")
_IN_CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_IN_MOODLE = ("Full name", "ID number", "Email address")


def gradebook(sheet: Sheet) -> Iterator[Row]:
    """Students × problems, with a total for each of several assignments and one of all."""
    parts = _parts(sheet)
    totals = len(parts) > 1
    titles: list[str] = []
    for assignment, places in parts:
        for place in places:
            problem = sheet.problems[place]
            most = points_text(problem.row.points)
            titles.append(f"{assignment.row.title}: {problem.title} ({most})")
        if totals:
            titles.append(f"{assignment.row.title}: total ({points_text(_most(sheet, places))})")
    every = range(len(sheet.problems))
    titles.append(f"Total ({points_text(_most(sheet, every))})")
    yield [*_STUDENT, *_told_apart(titles, _STUDENT)]
    for student, cells in zip(sheet.students, sheet.cells, strict=True):
        figures: list[float | None] = []
        for _, places in parts:
            figures += [shown(cells[place].points) for place in places]
            if totals:
                figures.append(_total(cells, places))
        yield [*_facts(student), *figures, _total(cells, every)]


def canvas(sheet: Sheet) -> Iterator[Row]:
    """A column an assignment, as Canvas imports a gradebook: students are found by their number
    (SIS User ID) or address (SIS Login ID), assignments by their title."""
    parts = _parts(sheet)
    titles = _told_apart([assignment.row.title for assignment, _ in parts], _IN_CANVAS)
    yield [*_IN_CANVAS, *titles]
    most = [_most(sheet, places) for _, places in parts]
    # Canvas writes the spaces itself, and knows the row by these words.
    yield ["    Points Possible", None, None, None, None, *most]
    for student, cells in zip(sheet.students, sheet.cells, strict=True):
        totals = [_total(cells, places) for _, places in parts]
        yield [student.name, None, student.number, student.email, student.section, *totals]


def moodle(sheet: Sheet) -> Iterator[Row]:
    """A column an assignment, as Moodle imports grades: whoever imports says which column finds the
    students, their number or their address."""
    parts = _parts(sheet)
    titles = _told_apart([assignment.row.title for assignment, _ in parts], _IN_MOODLE)
    yield [*_IN_MOODLE, *titles]
    for student, cells in zip(sheet.students, sheet.cells, strict=True):
        totals = [_total(cells, places) for _, places in parts]
        yield [student.name, student.number, student.email, *totals]


def moodle_xml(sheet: Sheet, item: str) -> Iterator[str]:
    """One assignment as Moodle's XML import has it: ``item`` is the ID number of the grade item
    there. Students are found by their number alone; who has none, or no points, is left out,
    because one that Moodle does not find, or finds no score for, spoils the import."""
    buffer = StringIO()
    writer = XMLGenerator(buffer, "utf-8", short_empty_elements=False)
    writer.startDocument()
    writer.startElement("results", AttributesImpl({}))
    for student, cells in zip(sheet.students, sheet.cells, strict=True):
        points = _total(cells, range(len(sheet.problems)))
        if not student.number or points is None:
            continue
        writer.characters("\n")
        writer.startElement("result", AttributesImpl({}))
        facts = (("assignment", item), ("student", student.number), ("score", points_text(points)))
        for name, value in facts:
            writer.startElement(name, AttributesImpl({}))
            writer.characters(_NO_XML.sub("\ufffd", value))
            writer.endElement(name)
        writer.endElement("result")
        yield _taken(buffer)
    writer.characters("\n")
    writer.endElement("results")
    writer.characters("\n")
    yield _taken(buffer)


def _parts(sheet: Sheet) -> list[tuple[SheetAssignment, list[int]]]:
    """The assignments that are told, each with the places of its problems' columns."""
    by_id = {each.row.id: each for each in sheet.assignments}
    places = {
        assignment_id: list(found)
        for assignment_id, found in groupby(
            range(len(sheet.problems)), lambda place: sheet.problems[place].row.assignment_id
        )
    }
    return [
        (each, places.get(assignment_id, []))
        for assignment_id, each in by_id.items()
        if not each.withheld
    ]


def _facts(student: SheetStudent) -> Row:
    return [str(student.id), student.name, student.number, student.email, student.section]


def _total(cells: Sequence[Cell], places: Sequence[int]) -> float | None:
    return shown(total_points([cells[place] for place in places]))


def _most(sheet: Sheet, places: Sequence[int]) -> float:
    return round(sum(sheet.problems[place].row.points for place in places), 4)


def _told_apart(titles: Sequence[str], others: Sequence[str]) -> list[str]:
    """Titles of columns beside others, none of them twice: programs find columns by them."""
    found = list(others)
    for title in titles:
        called = (f"{title} [{number}]" for number in count(2))
        found.append(next(each for each in chain([title], called) if each not in found))
    return found[len(others) :]


def _taken(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
