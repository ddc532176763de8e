"""Where the records lie: the servers, the name of their cluster, and the tables on each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tuwei.core.errors import ConflictError, InputError, MissingError
from tuwei.match.remote._node import HttpNode, Node
from tuwei.match.remote._sql import quoted, sql

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")

# `incoming` keeps nothing: views spread what is written to it over the tables that do. Small granules where
# single rows are fetched. Every key holds the number of its batch in its upper 32 bits.
TABLES = {
    "incoming": "(key UInt64, id String, data String, regions Array(String), field String, industry String, "
    "trl UInt8, price Int64, vector Array(Float32), lengths Array(UInt32), terms Array(String), "
    "counts Array(UInt32)) ENGINE = Null",
    "records": "(key UInt64, id String, data String, regions Array(String), field String, industry String, "
    "trl UInt8, price Int64) ENGINE = MergeTree ORDER BY key SETTINGS index_granularity = 64",
    "vectors": "(key UInt64, vector Array(Float32)) ENGINE = MergeTree ORDER BY key "
    "SETTINGS index_granularity = 64",
    "postings": "(term String, key UInt64, count UInt32, length UInt32) ENGINE = MergeTree "
    "ORDER BY (term, key)",
    "terms": "(term String, batch UInt32, records Int64) ENGINE = SummingMergeTree ORDER BY (term, batch)",
    "gone": "(key UInt64, batch UInt32) ENGINE = MergeTree ORDER BY key",
    "commits": "(batch UInt32, records Int64, removed Int64, bigrams Int64, words Int64, title Int64) "
    "ENGINE = MergeTree ORDER BY batch",
    "files": "(name String, part UInt32, data String) ENGINE = MergeTree ORDER BY (name, part)",
}
VIEWS = {
    "records": "SELECT key, id, data, regions, field, industry, trl, price FROM $database.incoming",
    "vectors": "SELECT key, vector FROM $database.incoming WHERE length(vector) > 0",
    "postings": "SELECT term, key, count, lengths[position('bwt', substring(term, 1, 1))] AS length "
    "FROM $database.incoming ARRAY JOIN terms AS term, counts AS count",
    "terms": "SELECT term, toUInt32(intDiv(key, 4294967296)) AS batch, toInt64(count()) AS records "
    "FROM $database.incoming ARRAY JOIN terms AS term GROUP BY term, batch",
}


@dataclass(frozen=True, slots=True)
class Places:
    """The servers that hold one collection.

    Parameters
    ----------
    nodes
        One server for each shard. The first also keeps what there is one of: the list of commits, the
        learned files.
    database
        Name of the database on each: lower-case letters, digits and ``_``, at most 63.
    cluster
        Under which name the servers know each other (``remote_servers`` in their settings), each of its
        shards one of ``nodes``. With one node it may be empty.

    Raises
    ------
    InputError
        ``match.bad_place``: a name with other characters; several nodes and no cluster.
    """

    nodes: Sequence[Node]
    database: str
    cluster: str = ""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.database):
            raise _bad_place("database", "a name of letters a-z, digits and _", self.database)
        if self.cluster and not _NAME.fullmatch(self.cluster):
            raise _bad_place("cluster", "a name of letters a-z, digits and _", self.cluster)
        if not self.nodes or (len(self.nodes) > 1 and not self.cluster):
            raise _bad_place("cluster", "a node for each shard, and a cluster's name where several", "")

    @classmethod
    def at(cls, addresses: Sequence[str], database: str, cluster: str = "") -> Places:
        """Return the places of servers given by their addresses; see `HttpNode`."""
        return cls([HttpNode(address) for address in addresses], database, cluster)

    @property
    def first(self) -> Node:
        """The server that is asked; it asks the others."""
        return self.nodes[0]

    def table(self, name: str) -> str:
        """Return the name under which one server's part of a table is found."""
        return f"{self.database}.{name}"

    def whole(self, name: str) -> str:
        """Return the name under which a table is found over all servers."""
        return f"{self.database}.{'all_' if self.cluster else ''}{name}"

    def exists(self) -> bool:
        """Tell whether there is such a database on the first server."""
        asked = sql("SELECT name FROM system.databases WHERE name = $name", name=quoted(self.database))
        return bool(self.first.rows(asked))

    def create(self) -> None:
        """Make the tables on every server.

        Raises
        ------
        ConflictError
            ``match.place_taken``: there is a database of this name.
        InputError
            ``match.bad_place``: the cluster has another number of shards.
        """
        if self.exists():
            raise _taken(self.database)
        self._check_cluster()
        for node in self.nodes:
            node.run(sql("CREATE DATABASE $name", name=self.database))
            for name, columns in TABLES.items():
                node.run(sql("CREATE TABLE $table $columns", table=self.table(name), columns=columns))
            for name, select in VIEWS.items():
                view = sql(
                    "CREATE MATERIALIZED VIEW $view TO $table AS ",
                    view=self.table(f"to_{name}"),
                    table=self.table(name),
                )
                node.run(view + sql(select, database=self.database))
            if self.cluster:
                self._spread(node)

    def drop(self) -> None:
        """Remove the database and all in it from every server."""
        for node in self.nodes:
            node.run(sql("DROP DATABASE IF EXISTS $name", name=self.database))

    def require(self) -> None:
        """Raise MissingError ``match.no_remote_index`` where there is no such database."""
        if not self.exists():
            raise MissingError(
                "match.no_remote_index",
                "服务器上没有名为 {got} 的索引,请先建立。",
                "There is no index named {got} on the servers; build it first.",
                got=self.database,
            )

    def _spread(self, node: Node) -> None:
        for name in TABLES:
            node.run(
                sql(
                    "CREATE TABLE $whole AS $table ENGINE = Distributed($cluster, $database, $name)",
                    whole=self.whole(name),
                    table=self.table(name),
                    cluster=self.cluster,
                    database=self.database,
                    name=name,
                )
            )

    def _check_cluster(self) -> None:
        if not self.cluster:
            return
        asked = sql(
            "SELECT toString(uniqExact(shard_num)) FROM system.clusters WHERE cluster = $name",
            name=quoted(self.cluster),
        )
        shards = int(self.first.rows(asked)[0][0])
        if shards != len(self.nodes):
            raise _bad_place("cluster", f"a cluster of {len(self.nodes)} shards", f"{shards}")


def _taken(name: str) -> ConflictError:
    return ConflictError(
        "match.place_taken",
        "服务器上已有名为 {got} 的数据库,请换一个名字。",
        "The servers have a database named {got} already; choose another name.",
        got=name,
    )


def _bad_place(field: str, expected: str, got: str) -> InputError:
    return InputError(
        "match.bad_place",
        "“{field}”应为 {expected},现为“{got}”。",
        "“{field}” must be {expected}, got “{got}”.",
        field=field,
        expected=expected,
        got=got[:80],
    )
