"""Class lists as people have them: of every program, in every encoding, and broken."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.courses.class_list_parsing import ListedPerson, parse
from app.csv_tables import MOST_BYTES, MOST_ROWS, WrongRow
from app.formats.csv_lines import csv_pieces, unguarded
from app.models import CourseRole

ANN = "ann@example.com"


def only_reason(data: bytes) -> tuple[int, str]:
    """The line and the reason of a file with nothing in it but one wrong row."""
    found = parse(data)
    assert found.people == ()
    (wrong,) = found.wrong
    return wrong.line, wrong.reason


class TestColumns:
    """The first line names the columns."""

    @pytest.mark.parametrize(
        "header",
        ["email", "E-Mail", " EMAIL ", "Email Address", "e_mail", "Mail", "ｅｍａｉｌ", '"email"'],
    )
    def test_names_are_forgiving(self, header: str) -> None:
        assert parse(f"{header}\n{ANN}\n".encode()).people == (ListedPerson(2, ANN),)

    def test_all_of_them_in_any_order(self) -> None:
        data = f"Role,Student ID,Section,Full Name,Email\nTA,007,Lab 2,Ann Lee,{ANN}\n"
        assert parse(data.encode()).people == (
            ListedPerson(2, ANN, "Ann Lee", "Lab 2", CourseRole.GRADER, "007"),
        )

    def test_first_and_last_name_are_one(self) -> None:
        data = f"Last Name,First Name,Email\nLee,Ann,{ANN}\n,Ben,b@example.com\n"
        assert [each.name for each in parse(data.encode()).people] == ["Ann Lee", "Ben"]

    def test_others_are_named_and_passed_over(self) -> None:
        found = parse(f"email,Pronouns,,Email2\n{ANN},she,x,y\n".encode())
        assert (found.ignored, len(found.people)) == (("Pronouns", "Email2"), 1)

    def test_one_is_needed(self) -> None:
        line, reason = only_reason(f"\n{ANN};Ann\n".encode())
        assert line == 2
        assert f"It holds '{ANN}', 'Ann'." in reason

    def test_none_is_there_twice(self) -> None:
        line, reason = only_reason(b"email,mail\na@example.com,b@example.com\n")
        assert (line, "mean the same, email" in reason) == (1, True)

    @pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b" , ,\n"])
    def test_a_file_without_any_is_empty(self, data: bytes) -> None:
        assert only_reason(data) == (1, "The file is empty. Its first line names the columns.")


CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section,Week 1 (17)"


class TestCanvas:
    """A gradebook as Canvas exports it, and as we write it for Canvas."""

    def test_its_rows_about_columns_are_no_people(self) -> None:
        rows = (
            CANVAS,
            ",,,,,Manual Posting",
            "    Points Possible,,,,,10",
            f'"Lee, Ann",41,007,{ANN},Lab 2,7.5',
            '"Student, Test",,,,Lab 2,',
        )
        found = parse("\n".join(rows).encode())
        assert found.people == (ListedPerson(4, ANN, "Ann Lee", "Lab 2", None, "007"),)
        assert found.wrong == (WrongRow(5, "There is no e-mail address."),)
        assert found.ignored == ("ID", "Week 1 (17)")

    def test_a_login_that_is_no_address_is_said_with_what_to_do(self) -> None:
        line, reason = only_reason(f"{CANVAS}\nAnn,41,007,alee3,Lab 2,7.5\n".encode())
        assert line == 2
        assert "SIS Login ID" in reason
        assert "column named email" in reason

    def test_a_column_of_addresses_goes_before_the_login(self) -> None:
        found = parse(f"{CANVAS},Email\nAnn,41,007,alee3,,7.5,{ANN}\n".encode())
        assert [each.email for each in found.people] == [ANN]

    def test_elsewhere_such_a_row_is_a_person(self) -> None:
        found = parse(f"name,email\nPoints Possible,{ANN}\n".encode())
        assert found.people == (ListedPerson(2, ANN, "Points Possible"),)


class TestForms:
    """Delimiters, line ends and encodings."""

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_all_are_read(self, delimiter: str, end: str, encoding: str) -> None:
        rows = [("name", "email"), ("Zoë Müller", ANN), ("", ""), ("b,c;d", "b@example.com")]
        text = end.join(delimiter.join(f'"{field}"' for field in row) for row in rows)
        people = parse(text.encode(encoding)).people
        assert people == (
            ListedPerson(2, ANN, "Zoë Müller"),
            ListedPerson(4, "b@example.com", "b,c;d"),
        )

    def test_excel_says_which_delimiter(self) -> None:
        people = parse(f"sep=;\r\nemail;a,b,c\r\n{ANN};\r\n".encode()).people
        assert people == (ListedPerson(3, ANN),)

    def test_what_is_quoted_is_no_delimiter(self) -> None:
        people = parse(f'"Name, as in the passport";E-Mail\n"Lee, Ann";{ANN}\n'.encode()).people
        assert people == (ListedPerson(2, ANN),)

    def test_what_was_exported_is_read_back(self) -> None:
        """A spreadsheet takes these for formulas, so an export has apostrophes before them."""
        rows = [
            ("Id", "Name", "Student number", "E-mail", "Section"),
            ("1", "@Lee; =Ann", "=0042", "+ann@example.com", "-Lab"),
        ]
        text = "".join(csv_pieces(rows))
        assert "'+ann@example.com" in text
        (person,) = parse(text.encode()).people
        assert person == ListedPerson(2, "+ann@example.com", "@Lee; =Ann", "-Lab", None, "=0042")

    def test_a_field_of_several_lines_keeps_the_count(self) -> None:
        data = f'email,notes\n{ANN},"one\ntwo\nthree"\nnobody,\n'
        found = parse(data.encode())
        assert [each.line for each in found.people] == [2]
        assert [each.line for each in found.wrong] == [5]

    @pytest.mark.parametrize(
        ("data", "line"),
        [
            (b'email\n"a@example.com', 2),
            (b'email\n"a@example.com"x\n', 2),
            (b"email\na@example.com\n" + b'"' + b"x" * 140_000 + b'"\n', 3),
        ],
    )
    def test_what_is_no_csv_is_named(self, data: bytes, line: int) -> None:
        assert [each.line for each in parse(data).wrong] == [line]

    def test_what_is_no_text_is_named(self) -> None:
        assert "no text" in only_reason(b"email\n\x81\x8d\x8f\n")[1]

    def test_a_file_has_a_size(self) -> None:
        assert "512 KiB" in only_reason(b"x" * (MOST_BYTES + 1))[1]

    def test_a_file_has_so_many_rows(self) -> None:
        rows = "\n".join(f"p{number}@example.com" for number in range(MOST_ROWS + 1))
        found = parse(f"email\n{rows}".encode())
        assert len(found.people) == MOST_ROWS
        assert [each.line for each in found.wrong] == [MOST_ROWS + 2]


class TestRows:
    """One wrong row spoils no other."""

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            (",Ben", "no e-mail address"),
            ("ben", "no e-mail address: "),
            ("ben@localhost", "no e-mail address: "),
            ("a b@example.com", "no e-mail address: "),
            ("b@example.com,,,king", "'king' is no role. A role is one of owner, instructor,"),
            ("b@example.com,a,b,student,5,6", "There are 6 fields, and 5 columns have names."),
            (f"b@example.com,{'x' * 101}", "A name has 1 to 100 characters"),
            ("b@example.com,a\0b", "A name has 1 to 100 characters"),
            ("b@example.com,a,a\0b", "In the section, the character '\\x00' at position 2"),
            (f"b@example.com,a,{'x' * 201}", "The section has more than 200 characters."),
            (f"b@example.com,a,,,{'x' * 1001}", "student_number has more than 1000 characters."),
            ("ANN@Example.COM", f"{ANN} is on line 2 already."),
        ],
    )
    def test_a_wrong_one_is_named(self, row: str, words: str) -> None:
        data = f"email,name,section,role,student_number\n{ANN}\n{row}\nc@example.com,,,,\n"
        found = parse(data.encode())
        assert [each.email for each in found.people] == [ANN, "c@example.com"]
        (wrong,) = found.wrong
        assert (wrong.line, words in wrong.reason) == (3, True), wrong

    def test_short_rows_and_trailing_delimiters_are_fine(self) -> None:
        data = f"email,name,role\n{ANN}\nb@example.com,Ben,,,\n"
        assert parse(data.encode()).wrong == ()


LINES = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20)


class TestAnyFile:
    """Whatever comes, the answer is rows and reasons."""

    @given(st.binary(max_size=400))
    def test_bytes(self, data: bytes) -> None:
        parse(data)

    @given(st.text(max_size=200))
    def test_text_below_a_header(self, text: str) -> None:
        data = f"email,name,section,role,student_number\n{text}".encode("utf-8", "surrogatepass")
        found = parse(data)
        for each in (*found.people, *found.wrong):
            assert each.line >= 1
        for wrong in found.wrong:
            assert wrong.reason.strip()
            wrong.reason.encode()

    @given(
        st.lists(st.tuples(LINES, LINES, st.sampled_from(CourseRole)), max_size=8),
        st.sampled_from(",;\t"),
        st.sampled_from(["\n", "\r\n"]),
        st.permutations(["email", "section", "student_number", "role"]),
    )
    def test_what_a_csv_writer_writes_is_read(
        self,
        rows: list[tuple[str, str, CourseRole]],
        delimiter: str,
        end: str,
        order: list[str],
    ) -> None:
        stream = io.StringIO()
        writer = csv.DictWriter(stream, order, delimiter=delimiter, lineterminator=end)
        writer.writeheader()
        wanted = []
        for number, (section, student_number, role) in enumerate(rows):
            email = f"p{number}@example.com"
            writer.writerow(
                {
                    "email": email,
                    "section": section,
                    "student_number": student_number,
                    "role": role.value,
                }
            )
            wanted.append(
                ListedPerson(
                    number + 2,
                    email,
                    None,
                    unicodedata.normalize("NFC", unguarded(section)),
                    role,
                    unicodedata.normalize("NFC", unguarded(student_number)),
                )
            )
        found = parse(stream.getvalue().encode("utf-8"))
        assert found.people == tuple(wanted)
        assert found.wrong == ()

    def test_wrong_rows_are_in_order(self) -> None:
        found = parse(b"email\nx\ny\n")
        assert found.wrong == tuple(WrongRow(line, found.wrong[line - 2].reason) for line in (2, 3))
