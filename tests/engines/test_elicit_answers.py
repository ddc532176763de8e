"""Answers as people give them: number words, sloppy units, junk, contacts in the wrong place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuwei import elicit
from tuwei.core.errors import InputError
from tuwei.core.quantity import parse_chinese
from tuwei.elicit._spoken import spoken, spoken_date

TODAY = date(2026, 11, 24)
GAS, WATER = "我们的烘干机太费气", "焦化废水处理成本太高"
HERD, POWER = "奶牛乳房炎老是治不好", "数据中心电费太高"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("大概一百二十方左右吧,想降到八十五以下", "大概120方左右吧,想降到85以下"),
        ("两百来块一吨", "约200元/吨"),
        ("百十来块", "约100元"),
        ("一百多方", "约100方"),
        ("七八十", "70-80"),
        ("一百七八", "170-180"),
        ("七八成", "70%-80%"),
        ("三五十万", "30万-50万"),
        ("一百二", "120"),
        ("不超过一万五", "不超过15000"),
        ("两块五一斤", "2.5元/斤"),
        ("三毛五一度电", "0.35元/度电"),
        ("一天八百吨水", "每天800吨水"),
        ("一头牛一天二十八公斤奶", "每头牛每天28公斤奶"),
        ("从两周缩短到三天", "从2周缩短到3天"),
        ("一年半", "1.5年"),
        ("一百头里有十五头", "15%"),
        ("about 120 cubic metres a tonne", "about 120 m3/tonne"),
        ("一直不行", "一直不行"),
        ("十分费气,三分之一的料", "十分费气,三分之一的料"),
        ("千万别这样,万一坏了", "千万别这样,万一坏了"),
    ],
)
def test_number_words_are_written_out(text: str, written: str) -> None:
    assert spoken(text) == written


@pytest.mark.parametrize(
    ("text", "value"), [("一百二", 120), ("两万三", 23_000), ("三千零五", 3005), ("十二", 12)]
)
def test_short_numerals_count_the_next_place(text: str, value: int) -> None:
    assert parse_chinese(text) == value


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("明年三月底前", "2027-03-31"),
        ("二零二七年六月", "2027-06-30"),
        ("国庆前", "2027-10-01"),
        ("明年接羔前", "2027-04-01"),
        ("十二月二十日", "2026-12-20"),
    ],
)
def test_deadlines_in_words(text: str, day: str) -> None:
    assert spoken_date(text, TODAY) != text
    assert elicit.answer({}, "deadline", text, today=TODAY)["deadline"] == day


# problem, answer → name, comparator, bound, unit, present value
FIGURES = [
    (GAS, "大概一百二十方左右吧，想降到八十五以下", ("单位产品耗气量", "le", "85", "方/吨", "120")),
    (GAS, "现在一百二，想八十五", ("单位产品耗气量", "le", "85", "m³/吨", "120")),
    (GAS, "一吨得用一百二十方气,能弄到八九十就行", ("单位产品耗气量", "le", "90", "方/吨", "120")),
    (GAS, "从一百二降到八十五", ("单位产品耗气量", "le", "85", "m³/吨", "120")),
    (GAS, "一百多方，降到七八十", ("单位产品耗气量", "le", "80", "方/吨", "100")),
    (GAS, "原来一百，现在一百二，想回到一百以内", ("单位产品耗气量", "le", "100", "m³/吨", "120")),
    (GAS, "三成", ("单位产品耗气量降低幅度", "ge", "30", "%", "")),
    (GAS, "砍一半", ("单位产品耗气量降低幅度", "ge", "50", "%", "")),
    (GAS, "现在120方一吨，想省三成", ("单位产品耗气量降低幅度", "ge", "30", "%", "120 方/吨")),
    (GAS, "一年气费一百八十万，想省两成", ("气费降低幅度", "ge", "20", "%", "180 万元/年")),
    (GAS, "about 120 cubic metres a tonne, want under 85", ("单位产品耗气量", "lt", "85", "m3/tonne", "120")),
    (GAS, "we use 120 m3 per tonne now, hope for 85", ("单位产品耗气量", "le", "85", "m3/tonne", "120")),
    (GAS, "120 now, 85 wanted", ("单位产品耗气量", "le", "85", "m³/吨", "120")),
    (WATER, "现在两百来块一吨，想压到一百五以内", ("吨水处理成本", "le", "150", "元/吨", "200")),
    (WATER, "十来块钱一吨,八块就行", ("吨水处理成本", "le", "8", "元/吨", "10")),
    (WATER, "吨水二十块,降到十二三块", ("吨水处理成本", "le", "13", "元/吨", "20")),
    (WATER, "COD三千,要降到五十以下", ("COD", "le", "50", "mg/L", "3000")),
    (HERD, "三成,想压到一成以内", ("发病率", "le", "10", "%", "30")),
    (HERD, "十来个点,降到五个点以下", ("发病率", "le", "5", "个点", "10")),
    (POWER, "一吨一百二十度,想九十度以下", ("单位产品电耗", "le", "90", "度电/吨", "120")),
    (POWER, "PUE一点五,想降到一点二五", ("PUE", "le", "1.25", "", "1.5")),
]


@pytest.mark.parametrize(("problem", "text", "expected"), FIGURES)
def test_the_present_value_is_never_the_target(
    problem: str, text: str, expected: tuple[str, str, str, str, str]
) -> None:
    (row,) = elicit.answer({"problem": problem}, "indicators", text)["indicators"]
    assert (
        row["name"],
        row["comparator"],
        row["low"] or row["high"],
        row["unit"],
        row["current"],
    ) == expected


@pytest.mark.parametrize(
    ("problem", "text", "line"),
    [
        (GAS, "一百二十方", "单位产品耗气量现在120方/吨"),
        (WATER, "两百来块一吨", "吨水处理成本现在约200元/吨"),
        (GAS, "七八十", "单位产品耗气量现在70–80m³/吨"),
        (HERD, "一百头里有十五头", "发病率现在15%"),
    ],
)
def test_only_the_present_value_is_kept_with_the_problem_and_the_wanted_one_asked(
    problem: str, text: str, line: str
) -> None:
    draft = elicit.answer({"problem": problem}, "indicators", text)
    assert draft["problem"] == f"{problem}\n{line}"
    assert not draft.get("indicators")
    question = elicit.assess(draft, today=TODAY).next_question
    assert question is not None
    assert question.code == "indicators"
    assert "希望做到多少" in question.zh


@pytest.mark.parametrize(("text", "high"), [("八十五", "85"), ("七八十", "80"), ("八十五以下吧", "85")])
def test_with_the_present_value_told_a_bare_number_is_the_wanted_one(text: str, high: str) -> None:
    draft = elicit.answer({"problem": GAS}, "indicators", "现在一百二十方")
    (row,) = elicit.answer(draft, "indicators", text)["indicators"]
    assert (row["comparator"], row["high"], row["current"]) == ("le", high, "120")


ROW = {
    "name": "单位产品耗气量",
    "comparator": "le",
    "low": None,
    "high": "85",
    "unit": "方/吨",
    "current": "",
    "note": "",
}


@pytest.mark.parametrize(
    ("text", "now"), [("一百二十方左右", "120"), ("120", "120"), ("about 120 m3", "120"), ("七八十", "70–80")]
)
def test_a_present_value_in_words(text: str, now: str) -> None:
    assert elicit.answer({"indicators": [ROW]}, "current", text)["indicators"][0]["current"] == now


@pytest.mark.parametrize("text", ["没有单独计量", "没测过", "not metered"])
def test_what_is_not_measured_is_put_off_and_counts_nothing(text: str) -> None:
    draft = elicit.answer({"indicators": [ROW]}, "current", text)
    assert draft["indicators"] == [ROW]
    assert draft["answers"][0]["put_off"]


JUNK = [
    ("tried_routes", "？？？", "elicit.no_words"),
    ("tried_routes", "。", "elicit.no_words"),
    ("constraints", "asdf", "elicit.no_words"),
    ("constraints", "111", "elicit.no_words"),
    ("object", "哈哈哈", "elicit.no_words"),
    ("problem", "测试测试", "elicit.no_words"),
    ("function", "qwerty asdf", "elicit.no_words"),
    ("indicators", "？？？", "elicit.no_number"),
    ("indicators", "明年年底以前", "elicit.no_number"),
    ("indicators", "45天", "elicit.no_number"),
    ("current", "明年年底以前", "elicit.no_number"),
    ("current", "？？？", "elicit.no_number"),
    ("current", "三天", "elicit.no_number"),
    ("contact", "最好是有同行业案例的高校", "elicit.no_contact"),
    ("contact", "the best would be a university with cases", "elicit.no_contact"),
    ("contact", "？", "elicit.no_contact"),
    ("why_not_inhouse", "王工 13800138000 wang@example.com", "elicit.only_contact"),
]


@pytest.mark.parametrize(("question", "text", "code"), JUNK)
def test_junk_is_refused_kindly_and_never_raises_the_score(question: str, text: str, code: str) -> None:
    draft: dict[str, Any] = (
        {"problem": GAS, "indicators": [ROW]} if question == "current" else {"problem": GAS}
    )
    with pytest.raises(InputError) as caught:
        elicit.answer(draft, question, text, today=TODAY)
    assert caught.value.code == code
    for language in ("zh", "en"):
        sentence = caught.value.sentence(language)
        assert "{" not in sentence
        assert code == "elicit.only_contact" or "例如" in sentence or "for instance" in sentence


@pytest.mark.parametrize("value", ["？？？", "-", "……"])
def test_punctuation_in_a_record_counts_nothing(value: str) -> None:
    bare = {"problem": GAS}
    filled = dict.fromkeys(
        ("constraints", "tried_routes", "solver_conditions", "contact_phone", "object"), value
    )
    assert elicit.score({**bare, **filled}) <= elicit.score(bare)


@pytest.mark.parametrize(
    "text", ["无", "没有特别限制", "PVC", "no limits", "羊", "换过催化剂", "none", "克新1号"]
)
def test_short_words_are_no_junk(text: str) -> None:
    assert elicit.answer({"problem": GAS}, "constraints", text)["constraints"] == text


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("王工 13800138000", ("王工", "13800138000", "")),
        ("巴特尔,手机13900000000", ("巴特尔", "13900000000", "")),
        ("打给李师傅 13712345678", ("李师傅", "13712345678", "")),
        ("Ms Zhang, 0471-1234567", ("Ms Zhang", "0471-1234567", "")),
        ("技术部 tech@example.com", ("技术部", "", "tech@example.com")),
        ("打我手机13800138000", ("", "13800138000", "")),
    ],
)
def test_contacts_as_people_leave_them(text: str, contact: tuple[str, str, str]) -> None:
    draft = elicit.answer({}, "contact", text)
    assert tuple(draft.get(f"contact_{name}", "") for name in ("name", "phone", "email")) == contact


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("没人会弄，王工 13800138000", "没人会弄"),
        ("没有中试条件（电话13800138000），也缺人", "没有中试条件，也缺人"),
        ("no thermal engineers, mail tech@example.com", "no thermal engineers"),
    ],
)
def test_a_number_in_another_answer_is_cut_out_and_proposed_as_the_contact(text: str, kept: str) -> None:
    draft = elicit.answer({"problem": GAS}, "why_not_inhouse", text)
    assert draft["why_not_inhouse"] == kept
    assert draft["answers"][0]["text"] == text
    assert "contact_phone" not in draft
    proposal = next(one for one in elicit.assess(draft, today=TODAY).proposals if one.field == "contact")
    taken = elicit.accept(draft, proposal)
    assert taken.get("contact_phone") == "13800138000" or taken.get("contact_email") == "tech@example.com"


def test_what_was_understood_is_said_back_with_the_unit_that_was_added() -> None:
    draft, said = {"problem": GAS}, "大概一百二十方左右吧，想降到八十五以下"
    (one,) = elicit.understood(draft, elicit.answer(draft, "indicators", said), said)
    assert (one.field, one.zh, one.added) == ("indicators", "单位产品耗气量 ≤ 85 方/吨（现状 120）", "方/吨")
    (plain,) = elicit.understood({}, elicit.answer({}, "constraints", "厂房高6米"), "厂房高6米")
    assert plain.verbatim
    (money,) = elicit.understood({}, elicit.answer({}, "budget", "三五十万"), "三五十万")
    assert (money.zh, money.en) == ("30万元至50万元", "300000.00 to 500000.00 yuan")


@pytest.mark.parametrize("code", ["deadline", "current", "consent_publish", "indicators", "contact"])
def test_any_question_can_be_asked_out_of_turn(code: str) -> None:
    for draft in ({"problem": GAS}, {"problem": GAS, "indicators": [{**ROW, "current": "120"}]}):
        asked = elicit.question_about(draft, code)
        assert asked.zh
        assert asked.en
    with pytest.raises(InputError):
        elicit.question_about({}, "organisation")


# Whole dialogues: what is said to each question, and what must stand at the end.
TALKS: list[tuple[str, dict[str, str], dict[str, Any]]] = [
    (
        "我们的烘干塔太费气，冬天顶不住",
        {
            "indicators": "大概一百二十方左右吧，想降到八十五以下",
            "budget": "八十万左右",
            "deadline": "明年九月底前",
        },
        {"high": "85", "current": "120", "budget_max": "800000.00", "deadline": "2027-09-30"},
    ),
    (
        "羊羔拉稀死得多",
        {
            "indicators": "一百只里头死十五六只，想压到五只以内",
            "why_not_inhouse": "不会看病，找巴特尔 13900000000",
        },
        {"why_not_inhouse": "不会看病", "name": "死亡率", "high": "5", "unit": "%", "current": "15–16"},
    ),
    (
        "焦化废水处理成本太高",
        {"indicators": "现在两百来块一吨，想压到一百五以内", "ip_ownership": "都行"},
        {"high": "150", "current": "200", "ip_ownership": "negotiable"},
    ),
    (
        "土豆放窖里烂得厉害",
        {"indicators": "一冬天烂三成，压到一成以内就行", "deadline": "入冬前"},
        {"high": "10", "current": "30", "deadline": "2027-10-31"},
    ),
    (
        "奶牛产奶上不去",
        {"indicators": "一头牛一天二十八公斤，想三十二公斤以上"},
        {"low": "32", "current": "28"},
    ),
    (
        "羊肉分割招不到人",
        {"indicators": "现在二十个人，想十二三个人就够", "budget": "百十来万"},
        {"budget_max": "1000000.00"},
    ),
    (
        "空压机费电",
        {"indicators": "一方气一毛五的电，想降到一毛二"},
        {"unit": "元/方", "high": "0.12", "current": "0.15"},
    ),
    ("草捆冬天发霉", {"indicators": "霉两成多，五个点以内", "constraints": "asdf"}, {"current": "20"}),
    (
        "Our dryer wastes too much gas",
        {"indicators": "35 m3 per tonne now, want below 25"},
        {"high": "25", "current": "35"},
    ),
    (
        "Potatoes rot in storage",
        {"indicators": "about 30 % now, at most 10 %", "deadline": "within 6 months"},
        {"high": "10", "current": "30"},
    ),
    ("数据中心电费太高", {"indicators": "PUE一点五,想降到一点二五"}, {"high": "1.25", "current": "1.5"}),
    (
        "疫苗产量上不去，同样的罐子人家比我们高一倍",
        {"indicators": "七八十升一罐，想一百二以上"},
        {"low": "120"},
    ),
    (
        "酸奶放到第十天就分层",
        {"indicators": "现在十天,想二十一天"},
        {"comparator": "ge", "low": "21", "current": "10"},
    ),
    (
        "盐碱地上玉米长不好",
        {"indicators": "亩产六百来斤,能到一千斤就满意了"},
        {"low": "1000", "unit": "斤/亩", "current": "600"},
    ),
    (
        "我们厂的包装线老停",
        {"indicators": "一个班停四五次,想一个班不超过一次"},
        {"high": "1", "unit": "次/班"},
    ),
    (
        "犊牛死亡率高",
        {"indicators": "百分之八,降到百分之三以内"},
        {"name": "死亡率", "high": "3", "current": "8"},
    ),
    (
        "锅炉费煤",
        {"indicators": "一吨汽一百八十公斤煤,一百五以内"},
        {"name": "单位产品综合能耗", "high": "150"},
    ),
    (
        "单晶炉石墨件用不久",
        {"indicators": "现在六个月换一次,想用到十二个月以上"},
        {"low": "12", "current": "6"},
    ),
    ("检测布病要等三天", {"indicators": "现在三天,最好半小时出结果"}, {"high": "0.5", "current": "3 天"}),
    (
        "俺家羊冬天老掉膘",
        {"indicators": "一只羊冬天掉十来斤,想少掉一半", "deadline": "开春前"},
        {"low": "50", "deadline": "2027-04-01"},
    ),
    ("我们的轴承总坏", {"indicators": "三个月换一次，想一年以上"}, {"low": "1"}),
]


@pytest.mark.parametrize(("problem", "said", "expected"), TALKS, ids=[one[0][:8] for one in TALKS])
def test_dialogues_as_people_speak(problem: str, said: dict[str, str], expected: dict[str, Any]) -> None:
    draft: dict[str, Any] = {"problem": problem}
    for code, text in said.items():
        before = elicit.score(draft, today=TODAY)
        if text == "asdf":
            with pytest.raises(InputError):
                elicit.answer(draft, code, text, today=TODAY)
            continue
        draft = elicit.answer(draft, code, text, today=TODAY)
        assert elicit.score(draft, today=TODAY) >= before
    row = (draft.get("indicators") or [{}])[0]
    found = {name: draft.get(name, row.get(name)) for name in expected}
    assert found == expected, draft
    assert "13900000000" not in "".join(str(draft.get(name)) for name in ("problem", "why_not_inhouse"))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["indicators", "current", "constraints", "contact", "budget", "deadline"]),
    st.text(alphabet="一二两三十百千万来多块方吨左右以下想降到现在,。?0123456789% 半成毛度@.", max_size=30),
)
def test_no_answer_breaks_the_dialogue(question: str, text: str) -> None:
    draft = {"problem": GAS, "indicators": [ROW]}
    try:
        after = elicit.answer(draft, question, text, today=TODAY)
    except InputError:
        return
    elicit.understood(draft, after, text)
    assert 0 <= elicit.score(after, today=TODAY) <= 100
