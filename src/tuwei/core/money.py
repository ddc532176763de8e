"""Money: exact integer 分 inside, 元 and 万元 for people."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from tuwei.core.errors import InputError

LARGEST_FEN = 10**17
"""The largest amount taken, in 分 (10¹⁵ 元): fits a 64-bit column with room to add."""

_SCALES = {
    "": 1,
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "万亿": 10**12,
}
_AMOUNT = re.compile(
    r"(?:人民币|RMB|CNY|¥)?\s*(?P<sign>[+-]?)\s*"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,18})(?:\.(?P<part>\d{1,18}))?\s*"
    r"(?P<scale>百万|千万|万亿|百|千|万|亿|)\s*(?:元整|元|人民币|RMB|CNY)?",
    re.ASCII | re.IGNORECASE,
)


def parse_yuan(text: str, *, negative: bool = False) -> int:
    """Read an amount of 元 as people write it.

    Parameters
    ----------
    text
        ``"200元"``, ``"1,200.00"``, ``"12.5万"``, ``"3亿"``, ``"¥ 88"``; full-width digits are taken.
    negative
        Whether an amount below zero is allowed.

    Returns
    -------
    int
        The amount in 分, exact, between ∓ ``LARGEST_FEN``.

    Raises
    ------
    InputError
        ``money.bad_amount`` (not an amount), ``money.too_precise`` (more than two decimals of 元),
        ``money.negative``, ``money.too_large``.

    Examples
    --------
    >>> parse_yuan("12.5万"), parse_yuan("1,200.00"), parse_yuan("3亿"), parse_yuan("200元")
    (12500000, 120000, 30000000000, 20000)
    >>> parse_yuan("1.005")
    Traceback (most recent call last):
    ...
    tuwei.core.errors.InputError: 金额最多两位小数(到分)，现为“1.005”。 An amount has at most two decimals (分), \
got “1.005”. [money.too_precise]
    """
    found = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).replace("−", "-").strip())
    if found is None:
        raise _error(
            "bad_amount",
            "“{got}”不是金额，请写如 1200.50 或 12.5万。",
            "“{got}” is not an amount; write 1200.50 or 12.5万.",
            text,
        )
    yuan = Fraction(f"{found['sign']}{found['whole'].replace(',', '')}.{found['part'] or '0'}")
    fen = yuan * _SCALES[found["scale"]] * 100
    _check(text, fen, decimals=0 if found["scale"] else len(found["part"] or ""), negative=negative)
    return int(fen)


def _check(text: str, fen: Fraction, *, decimals: int, negative: bool) -> None:
    if decimals > 2 or fen != int(fen):
        raise _error(
            "too_precise",
            "金额最多两位小数(到分)，现为“{got}”。",
            "An amount has at most two decimals (分), got “{got}”.",
            text,
        )
    if fen < 0 and not negative:
        raise _error(
            "negative", "金额不能为负，现为“{got}”。", "An amount cannot be negative, got “{got}”.", text
        )
    if abs(fen) > LARGEST_FEN:
        raise _error("too_large", "金额过大：“{got}”。", "The amount is too large: “{got}”.", text)


def _error(code: str, zh: str, en: str, got: str) -> InputError:
    return InputError(f"money.{code}", zh, en, got=got if len(got) <= 40 else got[:40] + "…")


def yuan_text(fen: int) -> str:
    """Return an amount in 分 as a plain decimal string of 元, as records hold it.

    Examples
    --------
    >>> yuan_text(12500000), yuan_text(5), yuan_text(-150)
    ('125000', '0.05', '-1.50')
    """
    whole, part = divmod(abs(fen), 100)
    return ("-" if fen < 0 else "") + str(whole) + (f".{part:02d}" if part else "")


def format_yuan(fen: int, language: str = "zh") -> str:
    """Show an amount to people.

    Parameters
    ----------
    fen
        The amount in 分.
    language
        ``"zh"``: 万元 or 亿元 where at most two decimals say it exactly, else 元; ``"en"``: CNY.

    Examples
    --------
    >>> format_yuan(12500000), format_yuan(123456), format_yuan(30000000000), format_yuan(1234567800)
    ('12.5万元', '1,234.56 元', '3亿元', '12,345,678 元')
    >>> format_yuan(12500000, "en")
    'CNY 125,000'
    """
    if language.startswith("en"):
        return f"CNY {_grouped(fen)}"
    for scale in ("亿", "万"):
        one_hundredth = _SCALES[scale]  # a hundredth of the scale, in 分
        if abs(fen) >= one_hundredth * 100 and fen % one_hundredth == 0:
            return f"{_grouped(fen // one_hundredth, short=True)}{scale}元"
    return f"{_grouped(fen)} 元"


def _grouped(hundredths: int, *, short: bool = False) -> str:
    whole, part = divmod(abs(hundredths), 100)
    decimals = f".{part:02d}" if part else ""
    return ("-" if hundredths < 0 else "") + f"{whole:,}" + (decimals.rstrip("0") if short else decimals)
