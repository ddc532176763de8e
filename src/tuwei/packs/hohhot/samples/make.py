"""Make the sample needs and achievements of this pack from hand-written topics, always the same bytes.

``python -m tuwei.packs.hohhot.samples.make`` writes beside itself, with a folder as argument elsewhere.
Every draw is seeded by the record it is for, so a new topic changes no other record.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tuwei.packs.hohhot.samples.chance import SPREAD, draw, pick, yuan
from tuwei.packs.hohhot.samples.clear import clear_enough

HERE = Path(__file__).parent
Row = dict[str, Any]

SEED = "hohhot-samples-1"
COUNTIES = tuple("150102 150103 150104 150105 150121 150122 150123 150124 150125".split())
ELSEWHERE = tuple("150100 150100 150200 150600 150400 150500 150800 150900 110000 610100".split())
LE, GE = "不高于", "不低于"
COMPLETENESS = ("vague", "semi", "semi", "clear")
IP_OF_FORM = {"software": "软件著作权", "variety": "植物新品种权"}


def bounds(comparator: str, value: str) -> Row:
    """Return comparator, low and high of a bound such as “≤ value”."""
    at_most = comparator in ("le", "lt")
    return {"comparator": comparator, "low": None if at_most else value, "high": value if at_most else None}


def topics() -> list[Row]:
    """Read every topic, in the order of file names and of the files."""
    found = []
    for file in sorted((HERE / "topics").glob("*.toml")):
        content = tomllib.loads(file.read_text("utf-8"))
        for topic in content.get("topic", []):
            found.append({"industry": content["industry"], **topic})
    return found


@cache
def houses() -> Row:
    """Read the invented organisations."""
    return tomllib.loads((HERE / "topics" / "organisations.toml").read_text("utf-8"))


def organisation_rows() -> Iterator[Row]:
    """Yield the invented organisations as rows of the table ``organisations``."""
    known = houses()
    about = {
        "name_en": "",
        "about_zh": "虚构的样例机构",
        "about_en": "An invented sample organisation",
        "sample": "true",
        "source": "samples",
    }
    for industry, names in known["enterprises"].items():
        for name in names:
            yield {"name": name, "kind": "enterprise", "region": home(name), "industry": industry, **about}
    for name in known["technology"]:
        yield {"name": name, "kind": "enterprise", "region": home(name), "industry": "", **about}
    for name in known["institutions"]:
        yield {"name": name, "kind": "institution", "region": home(name), "industry": "", **about}


def home(name: str) -> str:
    """Return the region of an invented organisation: a county for an enterprise, anywhere for others."""
    choices = COUNTIES if "公司" in name else ELSEWHERE
    return str(pick(Random(f"{SEED}:home:{name}"), choices))


def need_records(topic: Row, ordinal: int) -> Iterator[Row]:
    """Yield the four needs of a topic: one vague, two half clear, one clear."""
    texts = [topic["vague"], *topic["semi"], topic["clear"]]
    for variant, text in enumerate(texts):
        rng = Random(f"{SEED}:need:{topic['id']}:{variant}")
        yield one_need(topic, variant, text, rng, ordinal * 4 + variant + 1)


def one_need(topic: Row, variant: int, text: str, rng: Random, serial: int) -> Row:
    """Return one need; what a vaguer one leaves out stays empty."""
    depth = COMPLETENESS[variant]
    values = [(draw(rng, item[3]), draw(rng, item[4])) for item in topic["ind"]]
    shown = {
        f"{kind}{place}": pair[index]
        for place, pair in enumerate(values, start=1)
        for index, kind in enumerate("nt")
    }
    name = pick(rng, askers(topic))
    state = pick(rng, ("draft", "clarifying", "verified", "published"), STATE_WEIGHTS[depth])
    need = {
        "id": f"sample-need-{topic['id']}-{variant + 1}",
        "title": topic["titles"][variant],
        "problem": text.format(**shown) + aside(topic, variant, rng),
        **described(topic, depth, rng),
        "indicators": indicators(topic, values, text, depth),
        **terms(topic, depth, rng),
        "contact_name": "示例联系人",
        "contact_phone": f"0471-000-{serial:04d}",
        "contact_email": f"contact{serial:04d}@example.com",
        "consent_publish": state != "draft",
        "grade": pick(rng, ("L0", "L1", "L2", "L3"), GRADE_WEIGHTS[depth]),
        "abstract": abstract(topic, variant),
        "field": topic["field"],
        "industry": topic["industry"],
        "region": home(name),
        "organisation": name,
        "keywords": topic["words"] if depth != "vague" else topic["words"][:1],
        "state": state,
        "sample": True,
        "source": "samples",
    }
    return need if clear_enough(need) else {**need, "state": {"draft": "draft"}.get(state, "clarifying")}


def abstract(topic: Row, variant: int) -> str:
    """Return what anyone may read: no number, no name."""
    if variant == 0:
        return f"一家企业反映：{topic['titles'][0]}，希望有人来看看。"
    return f"围绕{topic['object']}，寻求可行的技术方案：{topic['wish']}。"


def aside(topic: Row, variant: int, rng: Random) -> str:
    """Return the sentence with which people end: what was tried, why not themselves, what must be kept to."""
    if variant == 0:
        return ""
    if variant == 3:
        return f"同时须满足：{topic['limits']}。"
    return str(
        pick(rng, (f"试过的办法：{topic['tried']}。", f"自己搞不了，{topic['inhouse']}。"))
        if variant == 1
        else pick(rng, (f"前期情况：{topic['tried']}。", f"内部情况：{topic['inhouse']}。"))
    )


def askers(topic: Row) -> list[str]:
    """Return the invented enterprises that may have this problem."""
    names: list[str] = houses()["enterprises"][topic["industry"]]
    return [name for name in names if re.search(topic.get("who", ""), name)]


STATE_WEIGHTS = {"vague": (25, 40, 5, 30), "semi": (2, 2, 9, 87), "clear": (0, 2, 9, 89)}
GRADE_WEIGHTS = {"vague": (25, 60, 10, 5), "semi": (10, 50, 30, 10), "clear": (5, 25, 45, 25)}


def described(topic: Row, depth: str, rng: Random) -> Row:
    """Return what the enterprise can tell about the problem beside its own words."""
    told = {"vague": 0.1, "semi": 0.6, "clear": 1.0}[depth]
    parts = {
        "constraints": "limits",
        "tried_routes": "tried",
        "why_not_inhouse": "inhouse",
        "solver_conditions": "solver",
    }
    rest = {name: topic[key] if SPREAD(rng) < told else "" for name, key in parts.items()}
    known = depth != "vague"
    return {
        "object": topic["object"] if known or SPREAD(rng) < 0.5 else "",
        "function": topic["wish"] if known else "",
        **rest,
    }


def indicators(topic: Row, values: Sequence[tuple[str, str]], text: str, depth: str) -> list[Row]:
    """Return the indicators: all of them in a clear need, else only those whose numbers the text gives."""
    rows = []
    for place, (item, (now, target)) in enumerate(zip(topic["ind"], values, strict=True), start=1):
        if depth == "clear" or f"{{t{place}}}" in text:
            current = now if depth == "clear" or f"{{n{place}}}" in text else None
            rows.append(
                {"name": item[0], **bounds(item[2], target), "unit": item[1], "current": current, "note": ""}
            )
    return rows


def terms(topic: Row, depth: str, rng: Random) -> Row:
    """Return deadline, budget and ownership of what comes out."""
    told = {"vague": 0.1, "semi": 0.65, "clear": 1.0}[depth]
    low, high = yuan(rng, topic["budget"]) if SPREAD(rng) < told else (None, None)
    year = pick(rng, (2027, 2028, 2029), (60, 30, 10))
    month = int(SPREAD(rng) * 12) + 1
    deadline = f"{year}-{month:02d}-{pick(rng, (15, 28))}" if SPREAD(rng) < told else None
    ownership = pick(rng, ("demander", "shared", "negotiable", "solver"), (30, 35, 30, 5))
    return {
        "deadline": deadline,
        "budget_min": low,
        "budget_max": high,
        "ip_ownership": ownership if depth != "vague" else "",
    }


def achievement_records(topic: Row, ordinal: int) -> Iterator[Row]:
    """Yield the achievements of a topic: each way of solving it at each of its angles."""
    for place, way in enumerate(topic["way"], start=1):
        for variant, angle in enumerate(way["angles"]):
            key = f"{topic['id']}-{'abc'[place - 1]}{variant + 1}"
            rng = Random(f"{SEED}:achievement:{key}")
            serial = ordinal * 10 + (place - 1) * 4 + variant + 1
            yield one_achievement(topic, way, angle, key, variant, rng, serial)


def one_achievement(
    topic: Row, way: Row, angle: Sequence[str], key: str, variant: int, rng: Random, serial: int
) -> Row:
    """Return one achievement: the way's principle, this angle's difference, its own numbers."""
    claims = [claim_row(item, rng) for item in way["claims"]]
    field = str(way.get("field", topic["field"]))
    name = owner(field, topic["industry"], rng)
    return {
        "id": f"sample-result-{key}",
        "title": f"{way['title']}（{angle[0]}）",
        "text": wording(way, angle, claims, variant, rng),
        "organisation": name,
        "people": ["示例研究员" + pick(rng, "甲乙丙丁戊")] if SPREAD(rng) < 0.6 else [],
        "registration_no": f"样例登记-{serial:05d}" if SPREAD(rng) < 0.5 else "",
        **maturity(way, rng),
        **rights(way, serial, rng),
        "claims": claims,
        "field": field,
        "industry": topic["industry"],
        "region": home(name),
        "application": way["use"],
        "benefit": way["gain"],
        "keywords": way["words"],
        "sample": True,
        "source": "samples",
    }


def owner(field: str, industry: str, rng: Random) -> str:
    """Return who holds it: mostly an institution of the field or industry, else a technology firm."""
    suits = {field, industry, f"{industry}:{field}"}
    group = houses()["institutions" if SPREAD(rng) < 0.75 else "technology"]
    return str(pick(rng, [name for name, known in group.items() if suits & set(known)]))


def claim_row(item: Sequence[Any], rng: Random) -> Row:
    """Return one claim, claimed or with a document; none is reproduced, since nobody ran a sample."""
    quantity, unit, comparator, span, baseline, conditions = item
    state, evidence = pick(
        rng,
        (("claimed", "持有单位自述"), ("documented", "用户使用报告"), ("documented", "第三方检测报告")),
        (70, 15, 15),
    )
    return {
        "quantity": quantity,
        **bounds(comparator, draw(rng, span)),
        "unit": unit,
        "baseline": baseline,
        "conditions": conditions,
        "evidence": evidence,
        "evidence_state": state,
    }


def wording(way: Row, angle: Sequence[str], claims: Sequence[Row], variant: int, rng: Random) -> str:
    """Return the text: the same principle told in four arrangements, with or without its numbers."""
    first, second, third = way["core"]
    label, difference = angle
    if variant == 1:
        difference = f"本成果为“{label}”方案：{difference}"
    elif len(difference) < SHORT:
        difference = f"“{label}”方案的特点：{difference}"
    parts = (
        (first, second, difference, third),
        (difference, first, third),
        (first, difference, second),
        (first, second, third, difference),
    )[variant]
    told = claims if variant == 0 else claims[:1] if SPREAD(rng) < 0.5 else []
    return "".join(parts) + "".join(told_claim(claim) for claim in told)


SHORT = 14  # characters; a shorter difference reads as a fragment unless it says what it belongs to


def told_claim(claim: Row) -> str:
    """Return a claim as a sentence."""
    relation, value = (LE, claim["high"]) if claim["low"] is None else (GE, claim["low"])
    unit = claim["unit"]
    gap = "×" if unit.startswith("10") else " " if re.match(r"[A-Za-zμ℃Ωg]", unit) else ""
    where = f"（{claim['conditions']}；对照：{claim['baseline']}）"
    return f"{claim['quantity']}{relation}{value}{gap}{unit}{where}。"


def maturity(way: Row, rng: Random) -> Row:
    """Return readiness and when the work was done; an early one cannot show the proof of a late one."""
    low, high = way["trl"]
    trl = int(draw(rng, (low, high)))
    early = trl <= 4
    end = 2022 + int(SPREAD(rng) * 4) + (1 if early else 0)
    return {
        "start_month": f"{end - 2 - int(SPREAD(rng) * 3)}-{int(SPREAD(rng) * 12) + 1:02d}",
        "end_month": f"{min(end, 2026)}-{int(SPREAD(rng) * 9) + 1:02d}",
        "attribute": pick(rng, ("original", "absorbed", "secondary"), (75, 10, 15)),
        "form": way["form"],
        "level": pick(rng, LEVELS, (50, 25, 17, 7, 1)),
        "stage": "early" if early else "pilot" if trl <= 7 else "mature",
        "trl": trl,
        "trl_evidence": "只有实验室与小试数据，尚未在生产现场验证" if early else way["proof"],
    }


LEVELS = tuple(
    "unrated domestic_advanced domestic_leading international_advanced international_leading".split()
)
COOPERATION = ("transfer", "license", "develop", "service", "invest")


def rights(way: Row, serial: int, rng: Random) -> Row:
    """Return intellectual property, right to dispose, ways to cooperate and price."""
    kinds = [IP_OF_FORM.get(way["form"], "发明专利")] + (["实用新型"] if SPREAD(rng) < 0.3 else [])
    properties = [
        {
            "kind": kind,
            "number": f"样例-{serial:05d}-{place}",
            "status": pick(rng, ("授权", "审查中"), (65, 35)),
        }
        for place, kind in enumerate(kinds, start=1)
    ]
    modes = [mode for mode in COOPERATION if SPREAD(rng) < 0.4] or ["negotiable"]
    low, high = yuan(rng, way["price"]) if SPREAD(rng) < 0.65 else (None, None)
    return {
        "ip": properties if SPREAD(rng) < 0.85 else [],
        "cooperation": modes,
        "right_to_dispose": pick(rng, ("own", "shared", "licensed", "unclear"), (60, 20, 8, 12)),
        "price_min": low,
        "price_max": high,
    }


def judgements(everything: Sequence[Row], made: Row) -> Iterator[tuple[str, str, int]]:
    """Yield need, achievement and grade as the topics are built; see the how-to for what this is worth."""
    for topic in everything:
        for need in made["needs"][topic["id"]]:
            for way, result in made["achievements"][topic["id"]]:
                yield need["id"], result["id"], max(1, way["fit"] - (1 if result["trl"] <= 4 else 0))
            for near in topic["near"]:
                for way, result in made["achievements"][near]:
                    if way["fit"] == 3:
                        yield need["id"], result["id"], 1


def files() -> dict[str, str]:
    """Return what the script writes: file name to text."""
    everything = topics()
    made: Row = {"needs": {}, "achievements": {}}
    for ordinal, topic in enumerate(everything):
        made["needs"][topic["id"]] = list(need_records(topic, ordinal))
        results = list(achievement_records(topic, ordinal))
        ways = [way for way in topic["way"] for _ in way["angles"]]
        made["achievements"][topic["id"]] = list(zip(ways, results, strict=True))
    needs = [row for rows in made["needs"].values() for row in rows]
    results = [row for rows in made["achievements"].values() for _, row in rows]
    return {
        "organisations.csv": as_csv(list(organisation_rows())),
        "needs.jsonl": as_lines(needs),
        "achievements.jsonl": as_lines(results),
        "qrels.tsv": "".join(
            f"{need}\t{result}\t{grade}\n" for need, result, grade in judgements(everything, made)
        ),
    }


def as_lines(rows: Sequence[Row]) -> str:
    """Return rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_csv(rows: Sequence[Row]) -> str:
    """Return rows as CSV in the column order of the table."""
    names = ("name", "name_en", "kind", "region", "industry", "about_zh", "about_en", "sample", "source")
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def main(folder: Path = HERE) -> None:
    """Write the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
