"""Full-text search without extensions: words are cut here, indexed by the database's own engine.

A searchable model has a ``search_text`` column holding space-separated tokens; a migration calls
:func:`index_operation`. PostgreSQL keeps them as a generated ``tsvector`` column under a GIN index, SQLite in an
FTS5 table kept in step by triggers.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import connection, migrations
from django.db.models import BooleanField, F, Func, Model, QuerySet
from django.db.models.expressions import RawSQL

from tuwei.core.text import bigrams, words

M = TypeVar("M", bound=Model)
QUERY_LIMIT = 200  # characters of a search that are looked at
MOST_TOKENS = 40  # of a search
PARTICLES = set("的了和与及或在是把被对等之其为")


def tokens(text: str) -> str:
    """Cut text into the tokens stored in ``search_text``: words and character pairs, each once."""
    return " ".join(dict.fromkeys(_hexed(token) for token in [*words(text), *bigrams(text)] if token.strip()))


def _hexed(token: str) -> str:
    """Tokens as plain ASCII: no tokenizer of any database may cut, fold or stem them again."""
    return token if token.isascii() and token.isalnum() else "z" + token.encode("utf-8").hex()


def query_tokens(text: str) -> list[str]:
    """The tokens of a search: all must occur (a trailing ``*``: something that begins so).

    A Chinese word is asked for by its character pairs, so that it is found wherever a text holds it, however the
    words of that text were cut. A word of one character is asked for together with its neighbour; standing alone it
    is the beginning of a word. Particles say nothing.
    """
    text = text[:QUERY_LIMIT]
    pairs = bigrams(text)
    found = [token for word in words(text) for token in _parts(word, pairs)]
    return list(dict.fromkeys(found))[:MOST_TOKENS]


def _parts(word: str, pairs: list[str]) -> list[str]:
    """What stands for one word of a search whose runs of characters have these pairs."""
    if not word.strip() or word in PARTICLES:
        return []
    if len(word) > 1 or word.isascii():
        return [_hexed(pair) for pair in bigrams(word)]
    told = [pair for pair in pairs if len(pair) == 2 and word in pair and not PARTICLES & set(pair)]
    following = [pair for pair in told if pair[0] == word]
    return [_hexed(pair) for pair in (following or told)[:1]] or [_hexed(word) + "*"]


def matching(queryset: QuerySet[M], text: str) -> QuerySet[M]:
    """Keep the rows whose text has every word of ``text``; an empty search keeps all, mere marks find nothing."""
    found = query_tokens(text)
    if not found:
        return queryset.none() if text.strip() else queryset
    if connection.vendor == "postgresql":
        return queryset.filter(_Holds(F("search_text"), found=found))
    table = queryset.model._meta.db_table
    sql = f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s"  # noqa: S608 (our own table's name)
    return queryset.filter(pk__in=RawSQL(sql, [" AND ".join(map(_fts5, found))]))


def _fts5(token: str) -> str:
    return f'"{token[:-1]}" *' if token.endswith("*") else f'"{token}"'


def _tsquery(token: str) -> str:
    return f"'{token[:-1]}':*" if token.endswith("*") else f"'{token}'"


class _Holds(Func):
    """``search_vector @@ query``, whatever name the query gives the table."""

    output_field = BooleanField()

    def __init__(self, *expressions: Any, found: list[str], **extra: Any) -> None:
        super().__init__(*expressions, **extra)
        self.found = found

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        column, _ = compiler.compile(self.get_source_expressions()[0])
        alias = column.rpartition(".")[0]
        return f"{alias}.search_vector @@ %s::tsquery", [" & ".join(map(_tsquery, self.found))]


def index_operation(table: str) -> migrations.RunPython:
    """The migration step that builds the index for one table, on either database."""
    return migrations.RunPython(
        lambda apps, schema: _build(schema, table), lambda apps, schema: _drop(schema, table)
    )


def restore_triggers(table: str) -> None:
    """Put SQLite's triggers back: a migration that alters the table makes it anew, and they go with the old one."""
    if connection.vendor != "sqlite" or f"{table}_fts" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in _SQLITE_TRIGGERS:
            cursor.execute(statement.format(table=table))


def _build(schema: Any, table: str) -> None:
    statements = _POSTGRESQL if schema.connection.vendor == "postgresql" else _SQLITE
    for statement in statements:
        schema.execute(statement.format(table=table), params=None)


def _drop(schema: Any, table: str) -> None:
    statements = _POSTGRESQL_DROP if schema.connection.vendor == "postgresql" else _SQLITE_DROP
    for statement in statements:
        schema.execute(statement.format(table=table), params=None)


# Generated, so that no writer can forget it; from an array, so that no parser cuts our tokens once more.
_POSTGRESQL = [
    "ALTER TABLE {table} ADD COLUMN search_vector tsvector "
    "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(search_text, ' '))) STORED",
    "CREATE INDEX {table}_fts ON {table} USING gin (search_vector)",
]
_POSTGRESQL_DROP = ["ALTER TABLE {table} DROP COLUMN search_vector"]
_SQLITE_TRIGGERS = [
    "CREATE TRIGGER IF NOT EXISTS {table}_fts_insert AFTER INSERT ON {table} BEGIN "
    "INSERT INTO {table}_fts(rowid, search_text) VALUES (new.id, new.search_text); END",
    "CREATE TRIGGER IF NOT EXISTS {table}_fts_delete AFTER DELETE ON {table} BEGIN "
    "INSERT INTO {table}_fts({table}_fts, rowid, search_text) VALUES ('delete', old.id, old.search_text); END",
    "CREATE TRIGGER IF NOT EXISTS {table}_fts_update AFTER UPDATE OF search_text ON {table} BEGIN "
    "INSERT INTO {table}_fts({table}_fts, rowid, search_text) VALUES ('delete', old.id, old.search_text); "
    "INSERT INTO {table}_fts(rowid, search_text) VALUES (new.id, new.search_text); END",
]
_SQLITE = [
    "CREATE VIRTUAL TABLE {table}_fts USING fts5(search_text, content='{table}', content_rowid='id')",
    "INSERT INTO {table}_fts({table}_fts) VALUES ('rebuild')",
    *_SQLITE_TRIGGERS,
]
_SQLITE_DROP = [
    "DROP TRIGGER IF EXISTS {table}_fts_insert",
    "DROP TRIGGER IF EXISTS {table}_fts_delete",
    "DROP TRIGGER IF EXISTS {table}_fts_update",
    "DROP TABLE IF EXISTS {table}_fts",
]
