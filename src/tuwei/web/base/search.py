"""Full-text search without extensions: words are cut here, indexed by the database's own engine.

A searchable model has a ``search_text`` column holding space-separated tokens; a migration calls
:func:`index_operation`. PostgreSQL answers through a GIN index over ``to_tsvector('simple', …)``, SQLite
through an FTS5 table kept in step by triggers.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import connection, migrations
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from tuwei.core.text import bigrams, words

M = TypeVar("M", bound=Model)
QUERY_LIMIT = 200  # characters of a search that are looked at


def tokens(text: str) -> str:
    """Cut text into the tokens stored in ``search_text``: words and character pairs, each once."""
    return " ".join(dict.fromkeys(_hexed(token) for token in [*words(text), *bigrams(text)] if token.strip()))


def _hexed(token: str) -> str:
    """Tokens as plain ASCII: no tokenizer of any database may cut, fold or stem them again."""
    return token if token.isascii() and token.isalnum() else "z" + token.encode("utf-8").hex()


def query_tokens(text: str) -> list[str]:
    """The tokens of a search: all must occur."""
    return list(dict.fromkeys(_hexed(token) for token in words(text[:QUERY_LIMIT]) if token.strip()))


def matching(queryset: QuerySet[M], text: str) -> QuerySet[M]:
    """Keep the rows whose text has every word of ``text``; an empty search keeps all."""
    found = query_tokens(text)
    if not found:
        return queryset
    table = queryset.model._meta.db_table
    if connection.vendor == "postgresql":
        sql = f"SELECT id FROM {table} WHERE to_tsvector('simple', search_text) @@ to_tsquery('simple', %s)"
        return queryset.filter(pk__in=RawSQL(sql, [" & ".join(found)]))
    sql = f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s"
    return queryset.filter(pk__in=RawSQL(sql, [" AND ".join(f'"{token}"' for token in found)]))


def index_operation(table: str) -> migrations.RunPython:
    """The migration step that builds the index for one table, on either database."""
    return migrations.RunPython(
        lambda apps, schema: _build(schema, table), lambda apps, schema: _drop(schema, table)
    )


def _build(schema: Any, table: str) -> None:
    statements = _POSTGRESQL if schema.connection.vendor == "postgresql" else _SQLITE
    for statement in statements:
        schema.execute(statement.format(table=table), params=None)


def _drop(schema: Any, table: str) -> None:
    statements = _POSTGRESQL_DROP if schema.connection.vendor == "postgresql" else _SQLITE_DROP
    for statement in statements:
        schema.execute(statement.format(table=table), params=None)


_POSTGRESQL = ["CREATE INDEX {table}_fts ON {table} USING gin (to_tsvector('simple', search_text))"]
_POSTGRESQL_DROP = ["DROP INDEX IF EXISTS {table}_fts"]
_SQLITE = [
    "CREATE VIRTUAL TABLE {table}_fts USING fts5(search_text, content='{table}', content_rowid='id')",
    "CREATE TRIGGER {table}_fts_insert AFTER INSERT ON {table} BEGIN "
    "INSERT INTO {table}_fts(rowid, search_text) VALUES (new.id, new.search_text); END",
    "CREATE TRIGGER {table}_fts_delete AFTER DELETE ON {table} BEGIN "
    "INSERT INTO {table}_fts({table}_fts, rowid, search_text) VALUES ('delete', old.id, old.search_text); END",
    "CREATE TRIGGER {table}_fts_update AFTER UPDATE OF search_text ON {table} BEGIN "
    "INSERT INTO {table}_fts({table}_fts, rowid, search_text) VALUES ('delete', old.id, old.search_text); "
    "INSERT INTO {table}_fts(rowid, search_text) VALUES (new.id, new.search_text); END",
]
_SQLITE_DROP = [
    "DROP TRIGGER IF EXISTS {table}_fts_insert",
    "DROP TRIGGER IF EXISTS {table}_fts_delete",
    "DROP TRIGGER IF EXISTS {table}_fts_update",
    "DROP TABLE IF EXISTS {table}_fts",
]
