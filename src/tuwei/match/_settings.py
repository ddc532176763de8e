"""The weights of a ranking: one value, kept as JSON, checked when read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from tuwei.core.errors import InputError

LONGEST_FILE = 100_000  # bytes; a longer file holds no settings


def _weight(default: float, high: float) -> float:
    made: float = field(default=default, metadata={"low": 0.0, "high": high})
    return made


def _count(default: int, low: int, high: int) -> int:
    made: int = field(default=default, metadata={"low": low, "high": high})
    return made


@dataclass(frozen=True, slots=True)
class Settings:
    """What a ranking weighs and how many candidates it looks at.

    Parameters
    ----------
    dense_weight
        Of the cosine beside the lexical score, each over the query's best; 0-10.
    encoder_weight
        Of the vectors of a language model of one's own, where the index has them; 0-10. As much as the learned
        vectors have by default, by likeness and not by measurement: `tuwei match tune` measures it.
    word_weight
        Of the word field's BM25 beside that of the bigram field; 0-10.
    title_weight
        Of the title's bigrams, on top of their share in the whole text; 0-10.
    second_weight
        Of what the second stage adds to the score of the first; 0-10. At 0 the first stage decides alone.
    depth
        Candidates taken from each search of the first stage, 10-10,000.
    second
        Candidates that the second stage looks at, 10-10,000; the hits asked for where more.

    Raises
    ------
    InputError
        ``match.bad_setting``: a value is of the wrong type or out of its range.

    Examples
    --------
    >>> Settings().with_values(dense_weight=1.5).dense_weight
    1.5
    >>> try:
    ...     Settings.of({"depth": 300.5})
    ... except InputError as error:
    ...     print(error.sentence("en"))
    Setting “depth” must be a whole number in 10-10000, got “300.5”.
    """

    dense_weight: float = _weight(0.75, 10)
    encoder_weight: float = _weight(0.75, 10)
    word_weight: float = _weight(0.3, 10)
    title_weight: float = _weight(0.4, 10)
    second_weight: float = _weight(1.0, 10)
    depth: int = _count(300, 10, 10_000)
    second: int = _count(100, 10, 10_000)

    def __post_init__(self) -> None:
        for one in fields(self):
            value = _checked(one, getattr(self, one.name), "")
            object.__setattr__(self, one.name, value)

    @classmethod
    def of(cls, data: Any, *, file: str = "") -> Settings:
        """Return the settings of a mapping; names left out keep their default.

        Raises
        ------
        InputError
            ``match.bad_setting``: not a mapping, a name that is not known, or a value that does not fit.
        """
        if not isinstance(data, Mapping):
            raise _bad(file, "", "一个 JSON 对象", "a JSON object", data)
        known = {one.name: one for one in fields(cls)}
        for name in data:
            if name not in known:
                names = ", ".join(known)
                raise _bad(file, str(name), f"下列之一:{names}", f"one of: {names}", name)
        values: dict[str, Any] = {name: _checked(known[name], value, file) for name, value in data.items()}
        return cls(**values)

    def with_values(self, **values: float) -> Settings:
        """Return the same settings but for these.

        Raises
        ------
        InputError
            As `of`.
        """
        return Settings.of({**self.as_dict(), **values})

    def as_dict(self) -> dict[str, float]:
        """Return every name with its value, for JSON."""
        return asdict(self)


def read_settings(path: Path | str) -> Settings:
    """Read settings from a JSON file, as `Settings.of`.

    Raises
    ------
    InputError
        ``match.bad_setting``: as `Settings.of`, or the file is no JSON in UTF-8.
    """
    try:
        with Path(path).open("rb") as file:
            text = file.read(LONGEST_FILE + 1)
        data = json.loads(text.decode("utf-8-sig")) if len(text) <= LONGEST_FILE else None
    except (ValueError, RecursionError) as error:
        raise _bad(str(path), "", "JSON(UTF-8)", "JSON in UTF-8", error) from None
    return Settings.of(data, file=str(path))


def as_json(settings: Settings) -> str:
    """Return the text of a settings file.

    Examples
    --------
    >>> json.loads(as_json(DEFAULT)) == DEFAULT.as_dict()
    True
    """
    return json.dumps(settings.as_dict(), indent=2) + "\n"


def _checked(one: Field[Any], value: Any, file: str) -> float:
    whole = isinstance(one.default, int)
    low, high = one.metadata["low"], one.metadata["high"]
    kinds = (int,) if whole else (int, float)
    fits = isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high
    if not fits:
        zh, en = ("整数", "a whole number") if whole else ("数", "a number")
        raise _bad(file, one.name, f"{low:g}–{high:g} 的{zh}", f"{en} in {low:g}-{high:g}", value)
    return int(value) if whole else float(value)


def _bad(file: str, name: str, zh: str, en: str, got: Any) -> InputError:
    at = ("{file} 中的", "{file}: setting") if file else ("", "Setting")
    return InputError(
        "match.bad_setting",
        f"{at[0]}设置“{{field}}”应为{zh},现为“{{got}}”。",
        f"{at[1]} “{{field}}” must be {en}, got “{{got}}”.",
        file=file,
        field=name,
        expected=en,
        got=str(got)[:80],
    )


DEFAULT = Settings()
