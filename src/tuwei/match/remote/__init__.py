"""The same ranking where the records lie on the servers of a distributed engine, ClickHouse.

Only the first stage and the records are there; the second stage and the reasons are those of `MatchIndex`.
Needs no package beyond those of the engine: the servers are spoken to over HTTP.
"""

from tuwei.match.remote._index import RemoteIndex
from tuwei.match.remote._node import HttpNode, Node
from tuwei.match.remote._places import Places

__all__ = ["HttpNode", "Node", "Places", "RemoteIndex"]
