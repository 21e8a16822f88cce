"""Who is in the demo course: the same people whenever it is made."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass

DOMAIN = "demo.example.com"
INSTRUCTOR = "Ines Marlow (demo)"
GRADER = "Gregor Tan (demo)"
GRADER_EMAIL = f"grader@{DOMAIN}"
SECTIONS = ("Lab 1: Monday", "Lab 2: Tuesday", "Lab 3: Friday")
# From so many on a name that is taken gets a number: there are twice as many in all.
_MANY = 1500

_FIRST = """
Ada Amir Anna Aylin Ben Bo Carla Chiara Chloé Daniel Deniz Dina Elif Emil Esra Eva Farid
Finn Gina Hana Hugo Ida Ilya Imani Iris Ivan Jana João Jonas Juna Kai Kemal Kim Lara Lea Leo
Lina Linh Luca Mads Mai Malik Marta Maya Milan Mina Mira Nadia Nico Nils Noor Nora Olga Omar
Oskar Paul Pia Priya Quentin Rami Rosa Ruben Sana Selma Sofia Stefan Tara Theo Tove Uma Vera
Wei Xenia Yara Yusuf Zoë
"""
_LAST = """
Adler Aksoy Almeida Andersen Bauer Berg Castro Chen Costa Dahl Demir Diallo Fischer Garcia
Haas Hansen Horvat Ibrahim Ito Jansen Kaya Keller Kim Klein Kovač Kowalska Larsen Lopez
Martin Meyer Moreau Müller Nguyen Novak Okafor Olsen Park Patel Petrov Rossi Sato Schmidt
Silva Singh Sørensen Suzuki Tanaka Varga Weber Wong Yilmaz Zhang
"""


@dataclass(frozen=True)
class Student:
    """Somebody who takes the course. ``skill`` is how often a program of theirs is right."""

    number: int
    name: str
    email: str
    section: str
    skill: float

    @property
    def student_number(self) -> str:
        """The university's number."""
        return f"{20260000 + self.number}"


def students(count: int) -> list[Student]:
    """So many students; those of a smaller course are the first of a larger one."""
    names: set[str] = set()
    return [_student(number, names) for number in range(1, count + 1)]


def class_list(people: list[Student]) -> bytes:
    """The class list of students, and of the grader, as a CSV file."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["name", "email", "section", "role", "student_number"])
    rows.writerow([GRADER, GRADER_EMAIL, "", "grader", ""])
    for each in people:
        rows.writerow([each.name, each.email, each.section, "student", each.student_number])
    return text.getvalue().encode()


def _student(number: int, names: set[str]) -> Student:
    drawn = random.Random(f"student {number}")  # noqa: S311
    while (name := f"{drawn.choice(_FIRST.split())} {drawn.choice(_LAST.split())}") in names:
        if len(names) > _MANY:
            name += f" {number}"
            break
    names.add(name)
    return Student(
        number=number,
        name=name,
        email=f"student{number}@{DOMAIN}",
        # The last few are in none: that happens.
        section="" if number % 25 == 0 else SECTIONS[number % len(SECTIONS)],
        skill=drawn.choices((0.9, 0.6, 0.3), (45, 40, 15))[0],
    )
