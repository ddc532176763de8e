"""The guided dialogue on the site: nothing is lost, nothing is applied by itself, it works without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from django.core.cache import cache

from tuwei.core.errors import AccessError, ConflictError, InputError, MissingError
from tuwei.web.base.models import Event
from tuwei.web.market.models import Need, NeedAnswer, Term
from tuwei.web.market.services import elicitation
from tuwei.web.market.services.needs import search_text

pytestmark = pytest.mark.django_db
SAID = "我们的烘干机太费气,现在每吨耗气 35 立方米,希望降到 25 立方米/吨以下。"
CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-hans"}


@pytest.fixture
def need(people: Any) -> Need:
    return elicitation.need_start(actor=people.owner, text=SAID)


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode())


def test_one_sentence_makes_a_draft_and_is_kept_as_said(people: Any, sign_in: Any) -> None:
    client = sign_in(people.owner)
    response = client.post("/needs/new/", {"text": SAID})
    need = Need.objects.get()
    assert response["Location"] == f"/needs/{need.pk}/clarify/"
    assert (need.state, need.problem, need.owner) == ("draft", SAID, people.owner)
    assert NeedAnswer.objects.get().text == SAID
    assert SAID in page(client.get(response["Location"]))


@pytest.mark.parametrize("text", ["", "   ", "长" * 5001, "密级:绝密★ 某型号装备预研"])
def test_what_cannot_be_taken_is_told_and_leaves_nothing(people: Any, sign_in: Any, text: str) -> None:
    page(sign_in(people.owner).post("/needs/new/", {"text": text}), 422)
    assert not Need.objects.exists()
    assert not NeedAnswer.objects.exists()


def test_each_answer_is_saved_and_raises_completeness(people: Any, need: Need, sign_in: Any) -> None:
    client = sign_in(people.owner)
    before, asked = need.completeness, elicitation.turn_for(need).question
    assert asked is not None
    answers = {
        "indicators": "现在每吨用气35立方米,希望降到25立方米以下",
        "object": "玉米烘干塔,日处理 300 吨,天然气热风",
    }
    for code, answer in answers.items():
        response = client.post(f"/needs/{need.pk}/clarify/", {"question": code, "text": answer})
        assert response.status_code == 302
        assert NeedAnswer.objects.filter(text=answer, question=code, author=people.owner).exists()
    need.refresh_from_db()
    assert need.completeness > before
    assert need.object == answers["object"]
    assert 25 in [row.high for row in need.indicators.all()]
    following = elicitation.turn_for(need).question
    assert following is not None
    assert following.code not in answers


def test_an_answer_that_is_not_understood_is_told_and_not_lost(people: Any, need: Need, sign_in: Any) -> None:
    client = sign_in(people.owner)
    shown = page(client.post(f"/needs/{need.pk}/clarify/", {"question": "budget", "text": "蓝色的那种"}), 422)
    assert "蓝色的那种" in shown
    assert not NeedAnswer.objects.filter(question="budget").exists()


def test_a_faulty_answer_stays_in_the_box(people: Any, need: Need, sign_in: Any) -> None:
    client = sign_in(people.owner)
    asked = elicitation.turn_for(need).question
    assert asked is not None
    secret = "本项目密级:绝密★ 某型号装备预研"
    shown = page(client.post(f"/needs/{need.pk}/clarify/", {"question": asked.code, "text": secret}), 422)
    assert secret in shown
    assert NeedAnswer.objects.count() == 1
    assert "绝密" not in str(Need.objects.values().get(pk=need.pk))


def test_a_skipped_question_gives_way_to_the_next(people: Any, need: Need, sign_in: Any) -> None:
    client = sign_in(people.owner)
    seen = set()
    for _ in range(40):
        asked = elicitation.turn_for(need).question
        if asked is None:
            break
        assert asked.code not in seen
        seen.add(asked.code)
        client.post(f"/needs/{need.pk}/clarify/", {"question": asked.code, "skip": "1"})
    assert len(seen) > 2
    assert "问完了" in page(client.get(f"/needs/{need.pk}/clarify/", **CHINESE))


def test_quantities_are_shown_back(people: Any, need: Need, sign_in: Any) -> None:
    assert "25 立方米/吨" in page(sign_in(people.owner).get(f"/needs/{need.pk}/clarify/"))


def test_a_proposal_is_applied_only_when_accepted(people: Any, need: Need, sign_in: Any) -> None:
    one = elicitation.turn_for(need).proposals[0]
    assert need.indicators.count() == 0
    client = sign_in(people.owner)
    assert one.text in page(client.get(f"/needs/{need.pk}/clarify/"))
    assert need.indicators.count() == 0  # looking applies nothing
    path = f"/needs/{need.pk}/clarify/proposal/"
    given = {"field-1": "indicators", "text-1": "每吨耗气 ≤ 24 立方米/吨", "accept": "1"}
    client.post(path, given)
    assert need.indicators.get().high == 24  # as edited, not as proposed


def test_a_refused_proposal_is_not_made_again(people: Any, need: Need, sign_in: Any) -> None:
    client, before = sign_in(people.owner), elicitation.turn_for(need).proposals
    path = f"/needs/{need.pk}/clarify/proposal/"
    client.post(
        path, {"field-1": before[0].field, "proposed-1": before[0].text, "text-1": "改了一半", "reject": "1"}
    )
    after = elicitation.turn_for(need).proposals
    assert before[0] not in after
    assert len(after) == len(before) - 1


@pytest.mark.parametrize(
    "field", ["state", "consent_publish", "grade", "owner", "organisation", "id", "x", ""]
)
def test_what_decides_about_others_is_never_set_by_a_proposal(people: Any, need: Need, field: str) -> None:
    with pytest.raises(InputError):
        elicitation.proposal_accept(actor=people.owner, need=need, field=field, text="True")


def test_with_htmx_only_the_dialogue_comes_back(people: Any, need: Need, sign_in: Any) -> None:
    asked = elicitation.turn_for(need).question
    assert asked is not None
    shown = page(
        sign_in(people.owner).post(
            f"/needs/{need.pk}/clarify/", {"question": asked.code, "skip": "1"}, HTTP_HX_REQUEST="true"
        )
    )
    assert "<html" not in shown
    assert 'name="question"' in shown


def test_others_take_no_part(people: Any, need: Need, sign_in: Any) -> None:
    for name in ("stranger", "broker", "officer"):
        client = sign_in(getattr(people, name))
        for path in ("clarify/", "preview/"):
            assert client.get(f"/needs/{need.pk}/{path}").status_code == 404
        with pytest.raises((AccessError, MissingError)):
            elicitation.answer_save(actor=getattr(people, name), need=need, question="object", text="x")


def test_a_commissioner_fills_in_for_them_once_submitted(people: Any, need: Need, sign_in: Any) -> None:
    client = sign_in(people.owner)
    form = {
        "title": "省气",
        "abstract": "粮食烘干节能",
        "grade": "L1",
        "consent_publish": "on",
        "submit": "1",
    }
    client.post(f"/needs/{need.pk}/preview/", form)
    need.refresh_from_db()
    assert (need.state, need.consent_publish, need.abstract) == ("clarifying", True, "粮食烘干节能")
    client = sign_in(people.commissioner)
    client.post(f"/needs/{need.pk}/clarify/", {"question": "constraints", "text": "厂房不能加高"})
    need.refresh_from_db()
    assert need.constraints == "厂房不能加高"
    assert NeedAnswer.objects.get(question="constraints").author == people.commissioner


def test_the_preview_shows_each_grade_its_own(people: Any, need: Need, sign_in: Any) -> None:
    Need.objects.filter(pk=need.pk).update(contact_phone="0471-7654321", abstract="节能")
    shown = page(sign_in(people.owner).get(f"/needs/{need.pk}/preview/", **CHINESE))
    cards = shown.split('id="g')[1:]
    assert [("35 立方米" in card, "0471-7654321" in card) for card in cards] == [
        (False, False), (False, False), (True, False), (False, True),
    ]  # fmt: skip


def test_similar_earlier_needs_are_shown_at_the_readers_grade(
    people: Any, need: Need, make_need: Any, sign_in: Any
) -> None:
    for grade, title in ((1, "烘干机燃气单耗偏高"), (0, "烘干机费气的另一家")):
        other = make_need(state="published", grade=grade, title=title, abstract="烘干机 燃气 费气")
        Need.objects.filter(pk=other.pk).update(search_text=search_text(other))
    shown = page(sign_in(people.owner).get(f"/needs/{need.pk}/clarify/"))
    assert "烘干机燃气单耗偏高" in shown
    assert "烘干机费气的另一家" not in shown


class Model(BaseHTTPRequestHandler):
    """A language model on this machine: remembers what it was sent, says what the test wants."""

    sent: ClassVar[list[str]] = []
    says: ClassVar[str] = ""

    def do_POST(self) -> None:
        self.sent.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        body = json.dumps({"choices": [{"message": {"content": self.says}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def model(settings: Any) -> Iterator[type[Model]]:
    Model.sent.clear()
    Model.says = json.dumps({"constraints": "不得加高厂房"})
    with ThreadingHTTPServer(("127.0.0.1", 0), Model) as server:
        settings.LLM = {
            "url": f"http://127.0.0.1:{server.server_port}/v1",
            "key": "",
            "model": "m",
            "max_grade": 3,
        }
        Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield Model
        server.shutdown()


def test_without_an_address_no_model_is_offered_or_asked(people: Any, need: Need, sign_in: Any) -> None:
    client = sign_in(people.owner)
    assert "clarify/model/" not in page(client.get(f"/needs/{need.pk}/clarify/"))
    page(client.post(f"/needs/{need.pk}/clarify/model/"), 422)


@pytest.mark.parametrize(("grade", "highest"), [(0, 3), (1, 3), (2, 3), (3, 1), (3, 2), (3, 0)])
def test_the_model_is_never_sent_more_than_the_need_discloses(
    people: Any, need: Need, model: type[Model], settings: Any, grade: int, highest: int
) -> None:
    settings.LLM = settings.LLM | {"max_grade": highest}
    words = {
        "title": "题目甲",
        "abstract": "摘要乙",
        "constraints": "条件丙",
        "contact_name": "某丁",
        "grade": grade,
    }
    Need.objects.filter(pk=need.pk).update(**words)
    allowed = min(grade, highest)
    if allowed == 0:
        with pytest.raises(ConflictError, match=r"elicit\.nothing_to_send"):
            elicitation.model_ask(actor=people.owner, need=Need.objects.get(pk=need.pk))
        assert model.sent == []
        return
    elicitation.model_ask(actor=people.owner, need=Need.objects.get(pk=need.pk))
    (sent,) = (json.loads(text) for text in model.sent)
    told = str(sent)
    assert [word in told for word in ("题目甲", "条件丙", "35 立方米")] == [True, allowed >= 2, allowed >= 2]
    assert "某丁" not in told
    assert people.owner.organisation.name not in told


def test_what_the_model_says_is_a_marked_proposal(
    people: Any, need: Need, model: type[Model], sign_in: Any
) -> None:
    shown = page(sign_in(people.owner).post(f"/needs/{need.pk}/clarify/model/", **CHINESE))
    assert "不得加高厂房" in shown
    assert "语言模型的建议" in shown
    need.refresh_from_db()
    assert (need.constraints, need.state) == ("", "draft")
    assert Event.objects.filter(verb="need.model_asked", object_id=need.pk).count() == 1


@pytest.mark.parametrize(
    "says", ["", "not json", "[]", '{"constraints": 5}', '{"state": "published"}', "{" * 10_000]
)
def test_a_model_that_talks_nonsense_leaves_the_dialogue_standing(
    people: Any, need: Need, model: type[Model], sign_in: Any, says: str
) -> None:
    model.says = says
    response = sign_in(people.owner).post(f"/needs/{need.pk}/clarify/model/")
    assert response.status_code in (200, 422)
    assert 'name="question"' in response.content.decode()


def test_a_model_that_is_away_leaves_the_dialogue_standing(
    people: Any, need: Need, settings: Any, sign_in: Any
) -> None:
    settings.LLM = {"url": "http://127.0.0.1:9/v1", "key": "", "model": "m", "max_grade": 3}
    shown = page(sign_in(people.owner).post(f"/needs/{need.pk}/clarify/model/"), 422)
    assert 'name="question"' in shown


SPOKEN = "大概一百二十方左右吧，想降到八十五以下"


@pytest.fixture
def vague(people: Any) -> Need:
    return elicitation.need_start(actor=people.owner, text="我们的烘干机太费气")


def test_an_answer_is_said_back_with_its_question_and_the_unit_added(
    people: Any, vague: Need, sign_in: Any
) -> None:
    client, path = sign_in(people.owner), f"/needs/{vague.pk}/clarify/"
    client.post(path, {"question": "indicators", "text": SPOKEN})
    row = vague.indicators.get()
    assert (row.high, row.unit, row.current) == (85, "方/吨", "120")
    shown = page(client.get(path, **CHINESE))
    assert "单位产品耗气量 ≤ 85 方/吨（现状 120）" in shown
    assert "单位按问题补为“方/吨”" in shown
    assert "大约用多少立方米气" in shown.split('id="said"')[1]
    english = page(client.get(path, HTTP_ACCEPT_LANGUAGE="en"))
    assert "(now 120)" in english
    assert "How many cubic metres" in english.split('id="said"')[1]


def test_an_answer_is_taken_back_with_all_it_changed(people: Any, vague: Need, sign_in: Any) -> None:
    client, path, before = sign_in(people.owner), f"/needs/{vague.pk}/clarify/", vague.completeness
    client.post(path, {"question": "indicators", "text": SPOKEN})
    client.post(path, {"question": "constraints", "text": "停机不超过十天"})
    for answer in list(vague.answers.exclude(question="start")):
        assert client.post(path, {"undo": str(answer.pk)}).status_code == 302
    vague.refresh_from_db()
    assert (vague.indicators.count(), vague.constraints, vague.completeness) == (0, "", before)
    assert vague.answers.count() == 1
    page(client.post(path, {"undo": str(vague.answers.get().pk)}), 422)  # the first words stand


def test_what_was_changed_since_is_not_taken_back(people: Any, vague: Need) -> None:
    elicitation.answer_save(actor=people.owner, need=vague, question="object", text="玉米烘干塔")
    answer = vague.answers.get(question="object")
    elicitation.need_save(actor=people.owner, record={"object": "谷物烘干塔"}, need=vague)
    with pytest.raises(ConflictError):
        elicitation.answer_undo(actor=people.owner, need=vague, answer=answer.pk)
    vague.refresh_from_db()
    assert vague.object == "谷物烘干塔"
    assert vague.answers.filter(pk=answer.pk).exists()


def test_a_changed_answer_replaces_the_earlier_one(people: Any, vague: Need, sign_in: Any) -> None:
    client, path = sign_in(people.owner), f"/needs/{vague.pk}/clarify/"
    client.post(path, {"question": "constraints", "text": "停机不超过十天"})
    answer = vague.answers.get(question="constraints")
    shown = page(client.get(f"{path}?answer={answer.pk}"))
    assert f'name="replaces" value="{answer.pk}"' in shown
    assert ">停机不超过十天</textarea>" in shown
    again = {"question": "constraints", "replaces": str(answer.pk)}
    page(client.post(path, {**again, "text": "？？？"}), 422)
    assert vague.answers.filter(pk=answer.pk).exists()
    client.post(path, {**again, "text": "停机不超过五天"})
    vague.refresh_from_db()
    assert vague.constraints == "停机不超过五天"
    assert [one.text for one in vague.answers.filter(question="constraints")] == ["停机不超过五天"]


@pytest.mark.parametrize("code", ["budget", "deadline", "contact", "current", "problem"])
def test_each_missing_item_leads_to_its_question(people: Any, vague: Need, sign_in: Any, code: str) -> None:
    client, path = sign_in(people.owner), f"/needs/{vague.pk}/clarify/"
    assert f'href="{path}?question={code}"' in page(client.get(path))
    asked = "indicators" if code == "current" else code  # no indicator yet whose present value could be told
    assert f'name="question" value="{asked}"' in page(client.get(f"{path}?question={code}"))


@pytest.mark.parametrize("query", ["?question=x", "?answer=999", "?answer=abc", "?question=", "?answer=²"])
def test_a_made_up_address_shows_the_next_question(
    people: Any, vague: Need, sign_in: Any, query: str
) -> None:
    assert 'name="question" value="indicators"' in page(
        sign_in(people.owner).get(f"/needs/{vague.pk}/clarify/{query}")
    )


@pytest.mark.parametrize("text", ["？？？", "asdf", "。", "13800138000"])
def test_junk_starts_no_need_and_is_no_answer(people: Any, vague: Need, sign_in: Any, text: str) -> None:
    client = sign_in(people.owner)
    page(client.post("/needs/new/", {"text": text}), 422)
    assert Need.objects.count() == 1
    shown = page(
        client.post(f"/needs/{vague.pk}/clarify/", {"question": "tried_routes", "text": text}, **CHINESE), 422
    )
    assert 'id="fault"' in shown
    assert 'name="question" value="tried_routes"' in shown
    before = vague.completeness
    vague.refresh_from_db()
    assert (vague.tried_routes, vague.completeness) == ("", before)


def test_a_contact_in_the_words_is_proposed_and_not_stored_in_the_text(people: Any, sign_in: Any) -> None:
    client = sign_in(people.owner)
    client.post("/needs/new/", {"text": "我们的烘干机太费气，有事打13800138000找王工"})
    need = Need.objects.get()
    elicitation.answer_save(
        actor=people.owner, need=need, question="why_not_inhouse", text="没人会弄，邮箱 wang@example.com"
    )
    need.refresh_from_db()
    stored = f"{need.title} {need.problem} {need.abstract} {need.why_not_inhouse}"
    assert "13800138000" not in stored
    assert "wang@example.com" not in stored
    one = next(one for one in elicitation.turn_for(need).proposals if one.field == "contact")
    elicitation.proposal_accept(actor=people.owner, need=need, field="contact", text=one.text)
    need.refresh_from_db()
    assert (need.contact_name, need.contact_phone) == ("王工", "13800138000")


@pytest.fixture
def pack() -> Iterator[None]:
    """A few terms of a region pack."""
    rows = [
        ("region", "150100", "呼和浩特市", "Hohhot"),
        ("region", "150104", "玉泉区", "Yuquan District"),
        ("region", "150125", "武川县", "Wuchuan County"),
        ("field", "energy", "新能源与节能", "New energy and energy saving"),
        ("field", "bio", "生物与新医药", "Biology and new medicine"),
        ("industry", "agrifood", "绿色农畜产品加工", "Agri-food"),
    ]
    for scheme, code, zh, en in rows:
        Term.objects.create(scheme=scheme, code=code, name_zh=zh, name_en=en)
    cache.delete("terms")
    yield
    cache.delete("terms")


def _shown(need: Need) -> dict[str, str]:
    given = {}
    for number, one in enumerate(elicitation.turn_for(need).proposals, 1):
        given |= {f"field-{number}": one.field, f"proposed-{number}": one.text, f"text-{number}": one.text}
    return given


def test_all_proposals_are_accepted_at_once_or_none(
    people: Any, pack: None, vague: Need, sign_in: Any
) -> None:
    client, path, given = sign_in(people.owner), f"/needs/{vague.pk}/clarify/proposal/", _shown(vague)
    number = next(name[6:] for name, field in given.items() if field == "industry")
    shown = page(client.post(path, {**given, f"text-{number}": "没有的产业", "all": "1"}), 422)
    assert shown.index('id="proposal-fault"') > shown.index(f'id="proposal-{number}"')
    assert 'id="fault"' not in shown
    vague.refresh_from_db()
    assert (vague.object, vague.industry) == ("", "")
    assert client.post(path, {**given, "all": "1"}).status_code == 302
    vague.refresh_from_db()
    assert vague.object == "烘干机"
    assert vague.field
    assert vague.industry


def test_without_a_button_nothing_is_written_and_the_words_stay(
    people: Any, vague: Need, sign_in: Any
) -> None:
    given = _shown(vague)
    given["text-1"] = "我改过的对象"
    shown = page(sign_in(people.owner).post(f"/needs/{vague.pk}/clarify/proposal/", {**given, "keep": "1"}))
    assert "我改过的对象" in shown
    vague.refresh_from_db()
    assert vague.object == ""


def test_codes_are_chosen_from_the_pack(people: Any, pack: None, vague: Need, sign_in: Any) -> None:
    shown = page(sign_in(people.owner).get(f"/needs/{vague.pk}/clarify/", **CHINESE))
    assert shown.count("<select") == 3  # field, industry, region
    assert "<option selected>新能源与节能</option>" in shown


@pytest.mark.parametrize(
    ("text", "own", "expected"),
    [("武川县的薯窖烂薯多", "150104", "武川县"), ("薯窖烂薯多", "150104", "玉泉区"), ("薯窖烂薯多", "", "")],
)
def test_the_region_comes_from_the_words_or_the_organisation_or_is_asked(
    people: Any, pack: None, text: str, own: str, expected: str
) -> None:
    organisation = people.owner.organisation
    organisation.region = own
    organisation.save()
    need = elicitation.need_start(actor=people.owner, text=text)
    one = next(one for one in elicitation.turn_for(need).proposals if one.field == "region")
    assert one.text == expected
    if expected:
        elicitation.proposal_accept(actor=people.owner, need=need, field="region", text=one.text)
        need.refresh_from_db()
        assert need.region.startswith("1501")
        assert all(one.field != "region" for one in elicitation.turn_for(need).proposals)
