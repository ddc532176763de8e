"""The words of the printable report."""

from __future__ import annotations

_WORDS = {
    "plan": ("企业阶梯与政策", "The ladder and the policies"),
    "on": ("评价日期", "Judged on"),
    "ladder": ("阶梯", "The ladder"),
    "policies": ("可享受的政策", "Policies"),
    "policy": ("政策", "Policy"),
    "amount": ("金额", "Amount"),
    "why": ("理由", "Why"),
    "source": ("依据", "Source"),
    "certain": ("可享受", "Certain"),
    "possible": ("可能", "Possible"),
    "blocked": ("不能享受", "Blocked"),
    "dates": ("要记住的日期", "Dates to keep in mind"),
    "condition": ("条件", "Condition"),
    "figure": ("企业的数值", "Figure"),
    "threshold": ("要求", "Threshold"),
    "margin": ("余量", "Margin"),
    "at_limit": ("恰在界限上", "at the limit"),
    "missing": ("缺少的事实", "Missing facts"),
    "flips": ("怎样改变结论", "What would turn it"),
    "documents": ("文件", "Documents"),
    "to_verify": ("待核实", "to verify"),
    "rests": ("所依据的下列参数尚待核实：", "Rests on what is still to be verified:"),
    "not_needed": ("此路径不需要", "not needed on this way"),
    "way": ("路径：", "Way:"),
    "score": ("得分", "Score"),
    "expires": ("若当日取得，有效至", "If gained on this day, valid to"),
    "open": ("今", "open"),
    "all": ("须全部满足", "all of"),
    "any": ("满足其一", "any of"),
    "not": ("不得", "not"),
    "compare": ("", ""),
    "points": ("得分", "points"),
    "flag": ("", ""),
    "choice": ("", ""),
    "footer": (
        "本报告按所填事实和所列文件计算，不代替主管部门的认定。",
        "Worked out from the facts as stated and the documents listed; it does not replace the authority's decision.",
    ),
}


def words(key: str, language: str) -> str:
    """Return a word of the report.

    Examples
    --------
    >>> words("dates", "en")
    'Dates to keep in mind'
    """
    return _WORDS.get(key, (key, key))[language.startswith("en")]
