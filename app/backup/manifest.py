"""What a backup says of itself: the last member of its archive."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MANIFEST = "manifest.json"
FORMAT = 1

# What is printed of a file that anybody may have written must not steer a terminal.
Word = Annotated[str, Field(pattern=r"^[0-9A-Za-z_]{1,100}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableEntry(_Part):
    """A table: its rows are the member of this name with ``.tsv``, as PostgreSQL's COPY writes
    them, in these columns."""

    name: Word
    columns: tuple[str, ...]
    rows: int
    bytes: int
    sha256: str

    @property
    def member(self) -> str:
        """The name of the member that holds the rows."""
        return f"{self.name}.tsv"


class SequenceEntry(_Part):
    """How far the numbers of a column are."""

    table: str
    column: str
    last_value: int
    is_called: bool


class Manifest(_Part):
    """``revision`` is the version of the tables, by which a restore makes them."""

    format: Literal[1]
    program: Annotated[str, Field(pattern=r"^[!-~]{1,100}$")]
    revision: Word
    created_at: datetime
    tables: tuple[TableEntry, ...]
    sequences: tuple[SequenceEntry, ...]

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(table.rows for table in self.tables)

    def rows_of(self, table: str) -> int:
        """How many rows one table has; 0 for one that was not there yet."""
        return sum(entry.rows for entry in self.tables if entry.name == table)
