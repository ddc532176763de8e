"""The lexical half of the first stage: tantivy over text that we cut ourselves."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from tuwei.core.text import bigrams, cut
from tuwei.match._filters import Filters, region_prefix, region_terms
from tuwei.match._records import Record, restored
from tuwei.match._settings import DEFAULT, Settings

HEAP = 128_000_000  # bytes a writer gathers before it writes a segment
REPEATED = 0.7  # power of a term's count in the query: a word said five times is not five words
FEWEST_TERMS = 30  # rarest terms of a query that are always kept
MOST_READ = 2_000  # terms from the start of a query that are considered
MOST_POSTINGS = 300_000  # of a field that a query may touch before its commoner terms are left out

Found = list[tuple[int, float]]  # (key, score), best first


@dataclass(frozen=True, slots=True)
class Cut:
    """A text cut once for all uses."""

    bigrams: list[str]
    words: list[str]
    title: list[str]

    @property
    def terms(self) -> list[str]:
        """What the embedding reads."""
        return self.bigrams + ["_" + word for word in self.words]

    @classmethod
    def of(cls, record: Record) -> Cut:
        """Cut a record: the whole text both ways, the title into bigrams."""
        return cls(*cut(record.whole), bigrams(record.title))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_bytes_field("data", stored=True)
    builder.add_unsigned_field("key", indexed=True, fast=True)
    for name in ("id", "region", "field", "industry"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("bigrams", "words", "title"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("trl", "price"):
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


class Store:
    """The records and their lexical index in one folder.

    A store is read through one consistent view, which moves on at `commit`; files of a view are
    never changed afterwards, so they may be linked elsewhere while this store goes on.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self.folder = folder
        if create:
            folder.mkdir(parents=True)
        self._index = (
            tantivy.Index(_schema(), path=str(folder)) if create else tantivy.Index.open(str(folder))
        )
        self._schema = self._index.schema
        self._writer: tantivy.IndexWriter | None = None
        self._view = self._index.searcher()

    def __len__(self) -> int:
        return int(self._view.num_docs)

    def insert(self, key: int, record: Record, cut: Cut, data: bytes) -> None:
        """Queue one record under a key that was never used before; ``data`` is the record as `pack` gives it."""
        document = tantivy.Document()
        document.add_bytes("data", data)
        document.add_unsigned("key", key)
        document.add_text("id", normalise_id(record.id))
        for name in ("bigrams", "words", "title"):
            document.add_text(name, " ".join(getattr(cut, name)))
        for prefix in region_terms(record.region):
            document.add_text("region", normalise_id(prefix))
        for name in ("field", "industry"):
            document.add_text(name, normalise_id(getattr(record, name)))
        document.add_unsigned("trl", record.trl)
        document.add_unsigned("price", max(record.price, 0))
        self._writing().add_document(document)

    def delete(self, ids: Iterable[str]) -> None:
        """Queue the removal of the records with these ids."""
        for identity in ids:
            self._writing().delete_documents_by_term("id", normalise_id(identity))

    def commit(self) -> None:
        """Make what was queued durable and visible here."""
        if self._writer is not None:
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._writer = None
            self._index.reload()
            self._view = self._index.searcher()

    def search(self, cut: Cut, *, limit: int, filters: Filters, settings: Settings = DEFAULT) -> Found:
        """Return the best keys by BM25 over bigrams, words and title."""
        clauses = [
            *self._terms("bigrams", cut.bigrams, 1.0),
            *self._terms("words", cut.words, settings.word_weight),
            *self._terms("title", cut.bigrams, settings.title_weight),
        ]
        if not clauses or not len(self):
            return []
        asked = tantivy.Query.boolean_query([(tantivy.Occur.Should, clause) for clause in clauses])
        return self._keys(self._filtered(asked, filters), limit)

    def fetch(self, keys: Sequence[int]) -> dict[int, Record]:
        """Return the records stored under these keys; keys that are gone are left out."""
        if not keys:
            return {}
        chosen = tantivy.Query.term_set_query(self._schema, "key", list(keys))
        places = [place for _, place in self._view.search(chosen, len(keys), count=False).hits]
        found = self._view.fast_field_values("key", places)
        return {
            int(key): self._record(place) for key, place in zip(found, places, strict=True) if key is not None
        }

    def keys_of(self, ids: Sequence[str]) -> list[int]:
        """Return the keys of the records with these ids, where there are such records."""
        if not ids or not len(self):
            return []
        chosen = tantivy.Query.term_set_query(
            self._schema, "id", [normalise_id(identity) for identity in ids]
        )
        return [key for key, _ in self._keys(chosen, len(ids))]

    def frequency(self, word: str) -> int:
        """Return in how many records a word occurs."""
        return int(self._view.doc_freq("words", word))

    def pair_frequency(self, pair: str) -> int:
        """Return in how many records a character pair occurs."""
        return int(self._view.doc_freq("bigrams", pair))

    def together(self, one: str, other: str) -> int:
        """Return in how many records both words occur."""
        parts = [tantivy.Query.term_query(self._schema, "words", word, "basic") for word in (one, other)]
        both = tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in parts])
        found: Any = self._view.search(both, 1, count=True)  # its stubs do not know `count`
        return int(found.count)

    def close(self) -> None:
        """Forget what was queued and let the files go."""
        if self._writer is not None:
            self._writer.rollback()
            self._writer = None

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=HEAP, num_threads=1)
        return self._writer

    def _terms(self, field: str, terms: Sequence[str], weight: float) -> list[tantivy.Query]:
        counts = Counter(terms[:MOST_READ])
        rare_first = sorted((self._view.doc_freq(field, term), term) for term in counts)
        kept: list[str] = []
        touched = 0
        for frequency, term in rare_first:
            touched += frequency
            if len(kept) >= FEWEST_TERMS and touched > MOST_POSTINGS:
                break
            if frequency:
                kept.append(term)
        return [
            tantivy.Query.boost_query(
                tantivy.Query.term_query(self._schema, field, term, "freq"), weight * counts[term] ** REPEATED
            )
            for term in kept
        ]

    def _filtered(self, query: tantivy.Query, filters: Filters) -> tantivy.Query:
        if not filters:
            return query
        parts = [(tantivy.Occur.Must, query)]
        parts += [
            (tantivy.Occur.Must, tantivy.Query.const_score_query(part, 0.0))
            for part in self._conditions(filters)
        ]
        return tantivy.Query.boolean_query(parts)

    def _conditions(self, filters: Filters) -> list[tantivy.Query]:
        found = []
        if filters.region:
            prefix = normalise_id(region_prefix(filters.region))
            found.append(tantivy.Query.term_query(self._schema, "region", prefix, "basic"))
        for name in ("field", "industry"):
            codes = [normalise_id(code) for code in getattr(filters, name)]
            if codes:
                found.append(tantivy.Query.term_set_query(self._schema, name, codes))
        if filters.trl:
            found.append(self._range("trl", filters.trl, 9))
        if filters.budget >= 0:
            found.append(self._range("price", 0, filters.budget))
        return found

    def _range(self, field: str, low: int, high: int) -> tantivy.Query:
        return tantivy.Query.range_query(self._schema, field, tantivy.FieldType.Unsigned, low, high)

    def _keys(self, query: tantivy.Query, limit: int) -> Found:
        hits = self._view.search(query, limit, count=False).hits
        keys = self._view.fast_field_values("key", [place for _, place in hits])
        return [
            (int(key), float(score)) for key, (score, _) in zip(keys, hits, strict=True) if key is not None
        ]

    def _record(self, place: tantivy.DocAddress) -> Record:
        stored: Any = self._view.doc(place).get_first("data")
        return restored(unpack(bytes(stored)))


def pack(data: Mapping[str, Any]) -> bytes:
    """Return a record as stored: JSON; what JSON does not know (dates, decimals) as its text."""
    return json.dumps(data, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")


def unpack(stored: bytes) -> dict[str, Any]:
    """Return what `pack` was given."""
    found: dict[str, Any] = json.loads(stored.decode("utf-8", "surrogatepass"))
    return found


def normalise_id(identity: str) -> str:
    """Return an id or code as UTF-8 can hold it."""
    return identity if identity.isascii() else identity.encode("utf-8", "backslashreplace").decode("utf-8")
