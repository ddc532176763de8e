"""The tables of needs and achievements as this site reads and writes them: with the codes of its region pack."""

from __future__ import annotations

from dataclasses import replace

from tuwei.core.tables import Column, Table

from .terms import LABELS, terms


def with_terms(table: Table) -> Table:
    """The table with its coded columns as choices of the pack loaded; plain texts where there is none."""
    return replace(table, columns=tuple(map(_coded, table.columns)))


def _coded(column: Column) -> Column:
    if column.name not in LABELS:
        return column
    choices = {code: names for (scheme, code), names in terms().items() if scheme == column.name}
    return replace(column, kind="choice", choices=choices) if choices else column
