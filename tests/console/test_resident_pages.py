"""How a case stands for its resident: the public address, number and code, and what may be done with them."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
import sqlalchemy as sa

from cases.loop.models import question
from cases.models import cases, report
from cases.phrases import LANGUAGES
from console.site import HERE
from dispatch import desk
from dispatch.beside.progress import CASE_TRIES, TRIES
from dispatch.loop.verdicts import Answer
from dispatch.reports import Taken
from tests.console.house import LINE, House, make_app
from tests.console.living import DRAIN, answered, asked, told, visited
from tests.console.residents import ask, codes, done, fields, opened, sent
from tests.console.test_trouble import without_database

MOST = 30_000  # bytes of a page with all that it loads
OFFICE = "xingfu"


def address(house: House, taken: Taken) -> str:
    """The public address of a case."""
    found = house.execute(sa.select(cases.c.address).where(cases.c.id == taken.case_id)).scalar_one()
    return f"/t/{found}"


def state(house: House, taken: Taken) -> str:
    """The state of a case."""
    return str(house.execute(sa.select(cases.c.state).where(cases.c.id == taken.case_id)).scalar_one())


def events(house: House, taken: Taken) -> list[str]:
    """The kinds of a case's lines of history."""
    kinds = sa.text("SELECT kind FROM event WHERE case_id = :id ORDER BY seq")
    return list(house.execute(kinds.bindparams(id=taken.case_id)).scalars())


def bare(page: str) -> str:
    """A page without what is another each time: tokens, and the address it would go back to."""
    return re.sub(r'name="(csrf_token|next)" value="[^"]*"', "", page)


def test_the_address_shows_how_it_stands_and_nothing_of_anybody(house: House) -> None:
    taken = house.case(DRAIN)
    with house.client() as browser:
        page = browser.get(address(house, taken)).text
        assert re.findall(r"<b>(受理|走访|摸清|反馈|评价)</b>", page) == ["受理", "走访", "摸清", "反馈", "评价"]
        assert "幸福里南片" in page or "幸福里" in page
        assert "工作人员应在" in page
        assert "<b>办理中</b>" in page
        assert "2026-11-24 10:00" in page
        for hidden in ("502", "13800000001", "138****", "下水道", "李红梅", codes(house, taken.case_id)):
            assert hidden not in page, hidden
        with house.door.transaction(OFFICE) as tx:
            sealed = house.execute(sa.select(cases.c.visit_code_sealed)).scalar_one()
            assert f">{tx.vault.open(taken.case_id, 'visit_code', sealed)}<" not in page
        told(house, taken)
        page = browser.get(address(house, taken).upper().replace("/T/", "/t/")).text
        assert page.count("已完成") == 4
        for hidden in ("管道", "13812345678", "油污"):
            assert hidden not in page, hidden


def test_wrong_absent_and_odd_addresses_look_the_same(house: House) -> None:
    house.case(DRAIN)
    with house.client() as browser:
        pages = [
            browser.get(f"/t/{at}")
            for at in ("abcdefghij", "zzzzzzzzzz", "x", "x" * 500, "%00", "l0l0l0l0l0", "' or 1")
        ]
    assert {page.status_code for page in pages} == {404}
    assert len({bare(page.text) for page in pages}) == 1


def test_looking_at_addresses_is_limited_for_one_client(house: House) -> None:
    taken = house.case(DRAIN)
    with house.client() as browser:
        found = [browser.get("/t/abcdefghij").status_code for _ in range(61)]
        assert (found[59], found[60]) == (404, 429)
        assert LINE.number in browser.get(address(house, taken)).text
        other = browser.get(address(house, taken), environ_base={"REMOTE_ADDR": "198.51.100.7"})
        assert other.status_code == 200


def test_number_and_code_open_the_case_however_they_are_typed(house: House) -> None:
    taken = house.case(DRAIN)
    code = codes(house, taken.case_id)
    with house.client() as browser:
        for number in (taken.number, taken.number.replace("-", ""), f" {taken.number.replace('-', '－')} "):
            page = opened(browser, number, f"{code[:3]} {code[3:]}")
            assert "下水道" in page
            assert "3号楼" in page
            for hidden in ("502", "13800000001", "李红梅"):
                assert hidden not in page
        assert code not in page
        assert code not in "".join(str(cookie.value) for cookie in (browser._cookies or {}).values())


def test_wrong_and_absent_get_the_same_answer_and_after_five_tries_the_right_one_too(house: House) -> None:
    taken, other = house.case(DRAIN), house.case("幸福里5号楼电梯停了")
    right = codes(house, taken.case_id)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    with house.client() as browser:
        answers = [ask(browser, taken.number, wrong), ask(browser, "20261124-999999", wrong), ask(browser, "x", "y")]
        answers += [ask(browser, taken.number, wrong) for _ in range(2)]
        answers.append(ask(browser, taken.number, right))
        answers.append(ask(browser, other.number, codes(house, other.case_id)))
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'id="number"[^>]*value="[^"]*"', "", bare(answer.text)) for answer in answers}) == 1
    with house.client() as elsewhere:
        there = ask(elsewhere, other.number, codes(house, other.case_id), REMOTE_ADDR="198.51.100.7")
        assert there.status_code == 303


def test_tries_of_others_shut_nobody_out_and_those_of_very_many_do(house: House) -> None:
    taken = house.case(DRAIN)
    right = codes(house, taken.case_id)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    with house.door.transaction(OFFICE) as tx:
        for _ in range(TRIES):
            assert desk.admitted(tx, taken.number, wrong, "198.51.100.7") is None
    with house.client() as browser:
        assert ask(browser, taken.number, right).status_code == 303
        there = ask(browser, taken.number, right, REMOTE_ADDR="198.51.100.7")
        assert there.status_code == 404, "in every process: it is counted in the database"
    with house.door.transaction(OFFICE) as tx:
        for n in range(CASE_TRIES - TRIES):
            assert desk.admitted(tx, taken.number, wrong, f"198.51.101.{n}") is None
    with house.client() as browser:
        assert ask(browser, taken.number, right).status_code == 404
        house.move_clock(hours=1, minutes=1)
        assert ask(browser, taken.number, right).status_code == 303


def test_tries_at_one_case_shut_no_other(house: House) -> None:
    taken, other = house.case(DRAIN), house.case("幸福里5号楼电梯停了")
    with house.door.transaction(OFFICE) as tx:
        for _ in range(6):
            desk.progress(tx, taken.number, "x", None)
    with house.client() as browser:
        assert ask(browser, other.number, codes(house, other.case_id)).status_code == 303


def test_a_case_is_open_in_that_browser_only_and_for_an_hour(house: House) -> None:
    taken = house.case(DRAIN)
    with house.client() as browser:
        opened(browser, taken.number, codes(house, taken.case_id))
        at = f"/status/{taken.number}"
        form = fields(browser.get(at).text, f"{at}/urge")
        house.move_clock(hours=1)
        assert browser.get(at).location == f"/status?number={taken.number}"
        assert browser.post(f"{at}/urge", data=form).location == f"/status?number={taken.number}"
        house.move_clock()
        browser.post(f"{at}/leave", data=form)
        assert browser.get(at).status_code == 303
    with house.client() as other:
        token = fields(other.get("/status").text, "/status")
        for deed in ("answer", "add", "urge", "reopen"):
            assert other.post(f"{at}/{deed}", data={**token, "words": "x", "answer": "1"}).status_code == 303
    assert set(events(house, taken)) & {"urged", "supplemented"} == set()


def test_words_are_added_and_haste_asked_for_once_for_one_form(house: House) -> None:
    taken = house.case(DRAIN)
    with house.client() as browser:
        opened(browser, taken.number, codes(house, taken.case_id))
        at = f"/status/{taken.number}"
        form = {**fields(browser.get(at).text, f"{at}/add"), "words": "五楼也漏了"}
        for _ in range(2):
            assert browser.post(f"{at}/add", data=form).status_code == 303
        assert "已催办" in done(browser, taken.number, "urge")
    assert [kind for kind in events(house, taken) if kind in ("supplemented", "urged")] == ["supplemented", "urged"]
    roles = house.execute(sa.select(report.c.channel, report.c.role).order_by(report.c.id)).all()
    assert roles[1:] == [("web", "supplement"), ("web", "urge")]


@pytest.mark.parametrize(
    ("deed", "filled", "said"),
    [
        ("add", {}, "没有写内容"),
        ("add", {"words": "x" * 501}, "写了501个字，最多500个"),
        ("answer", {}, "还没有选"),
        ("answer", {"answer": "5"}, "还没有选"),
        ("answer", {"answer": "1", "words": "其实还是没修好"}, "说明里却说没有解决"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    house: House, deed: str, filled: dict[str, str], said: str
) -> None:
    taken = house.case(DRAIN)
    asked(house, taken)
    with house.client() as browser:
        opened(browser, taken.number, codes(house, taken.case_id))
        at = f"/status/{taken.number}/{deed}"
        answer = browser.post(at, data={**fields(browser.get(f"/status/{taken.number}").text, at), **filled})
        assert answer.status_code == 422
        assert said in answer.text
        assert filled.get("words", "") in answer.text
    assert state(house, taken) == "to_call_back"


@pytest.mark.parametrize(
    ("key", "said", "after"),
    [
        ("1", "谢谢，", "closed"),
        ("2", "不满意的地方我们记下了", "closed"),
        ("3", "已重新办理", "rework"),
        ("4", "没人联系您", "in_progress"),
    ],
)
def test_the_verdict_is_taken_as_by_text(house: House, key: str, said: str, after: str) -> None:
    taken = house.case(DRAIN)
    asked(house, taken)
    with house.client() as browser:
        assert "等您评价" in opened(browser, taken.number, codes(house, taken.case_id))
        page = done(browser, taken.number, "answer", answer=key, words="谢谢")
        assert said in page
        assert 'name="question"' not in page
    assert state(house, taken) == after
    (row,) = house.execute(sa.select(question.c.state, question.c.answer).where(question.c.channel == "text")).all()
    assert row == ("answered", str(list(Answer)[int(key) - 1]))


def test_a_verdict_binds_to_the_question_that_the_page_showed(house: House) -> None:
    taken = house.case(DRAIN)
    asked(house, taken)
    with house.client() as browser:
        opened(browser, taken.number, codes(house, taken.case_id))
        at = f"/status/{taken.number}/answer"
        old = {**fields(browser.get(f"/status/{taken.number}").text, at), "answer": "1"}
        assert "已重新办理" in done(browser, taken.number, "answer", answer="3")
        asked(house, taken)
        answer = browser.post(at, data=old)
        assert "没有记下" in browser.get(answer.location).text
        assert state(house, taken) == "to_call_back"
        assert "谢谢，" in done(browser, taken.number, "answer", answer="1")
    assert state(house, taken) == "closed"


def test_a_question_of_another_case_is_no_way_in(house: House) -> None:
    mine, theirs = house.case(DRAIN), house.case("幸福里3号楼2单元下水道又堵了", number="+8613800000002")
    asked(house, mine)
    other = asked(house, theirs)
    with house.client() as browser:
        opened(browser, mine.number, codes(house, mine.case_id))
        assert "没有记下" in done(browser, mine.number, "answer", answer="1", question=str(other))
    assert (state(house, mine), state(house, theirs)) == ("to_call_back", "to_call_back")


def test_a_closed_case_is_taken_up_again_within_thirty_days_and_later_anew(house: House) -> None:
    taken = house.case(DRAIN)
    answered(house, taken, Answer.SATISFIED)
    with house.client() as browser:
        code = codes(house, taken.case_id)
        assert "要求重办" in opened(browser, taken.number, code)
        assert "已重新办理" in done(browser, taken.number, "reopen", words="又堵了")
        assert state(house, taken) == "rework"
        asked(house, taken)
        done(browser, taken.number, "answer", answer="1")
        at = f"/status/{taken.number}/reopen"
        form = {**fields(browser.get(f"/status/{taken.number}").text, at), "words": "又堵了"}
        house.move_clock(days=31)
        page = opened(browser, taken.number, code)
        assert "反映新的问题" in page
        assert "/reopen" not in page
        answer = browser.post(at, data=form)
        assert answer.location.startswith("/report/")
        assert "已作为新的一件受理" in browser.get(answer.location).text
    new = house.execute(sa.select(cases.c.repeat_of, cases.c.channel).where(cases.c.id != taken.case_id)).one()
    assert new == (taken.case_id, "web")


def test_an_ended_case_takes_no_more_words(house: House) -> None:
    taken = house.case(DRAIN)
    with house.client() as browser:
        opened(browser, taken.number, codes(house, taken.case_id))
        at = f"/status/{taken.number}/add"
        form = {**fields(browser.get(f"/status/{taken.number}").text, at), "words": "五楼也漏了"}
        answered(house, taken, Answer.SATISFIED)
        answer = browser.post(at, data=form)
        assert "已经结束" in browser.get(answer.location).text
    assert "supplemented" not in events(house, taken)


def test_an_anonymous_case_can_be_followed_and_added_to(house: House) -> None:
    with house.client() as browser:
        sent(browser, what="下水道堵了", where="幸福里3号楼2单元")
        row = house.execute(sa.select(cases.c.id, cases.c.number)).one()
        assert "已补充" in done(browser, row.number, "add", words="五楼也漏了")
        assert browser.get(f"/status/{row.number}").text.count("不需要") == 2


def test_the_visit_code_is_shown_until_the_visit_is_kept(house: House) -> None:
    taken = house.case(DRAIN)
    with house.client() as browser:
        assert "走访码" in opened(browser, taken.number, codes(house, taken.case_id))
        visited(house, taken)
        assert "走访码" not in browser.get(f"/status/{taken.number}").text


def reported(house: House) -> None:
    """The visit climbed one rung, and the carrier says that the text about it arrived."""
    house.execute(sa.text("UPDATE timer SET fired = 3 WHERE step = 'visit'"))
    house.execute(
        sa.text(
            "INSERT INTO notice (id, office_id, party_id, case_id, kind, message, created_at, outbox_id, step, "
            "attempt, fired) SELECT gen_random_uuid(), office_id, party_id, case_id, 'escalated', '[]', created_at, "
            "id, 'visit', 1, 3 FROM outbox WHERE purpose = 'order'"
        )
    )
    house.execute(sa.text("UPDATE outbox SET state = 'sent', delivery = 'delivered' WHERE purpose = 'order'"))


def test_each_step_says_what_comes_next(house: House) -> None:
    taken = house.case(DRAIN)
    with house.client() as browser:
        at = address(house, taken)
        house.move_clock(days=20)
        assert "现已超期。" in browser.get(at).text
        assert "上报" not in browser.get(at).text, "nobody says yet that it reached those above"
        reported(house)
        assert "现已超期。已上报上级负责人。" in browser.get(at).text
        house.move_clock()
        visited(house, taken)
        assert "前了解清楚情况" in browser.get(at).text
        told(house, house.case(DRAIN))
        asked_case = house.case(DRAIN)
        asked(house, asked_case)
        assert "等您评价" in browser.get(address(house, asked_case)).text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_is_whole_light_and_without_script(house: House, lang: str) -> None:
    taken, closed = house.case(DRAIN), house.case(DRAIN)
    asked(house, taken)
    answered(house, closed, Answer.SATISFIED)
    with house.client() as browser:
        browser.set_cookie("lang", lang)
        opened(browser, taken.number, codes(house, taken.case_id))
        opened(browser, closed.number, codes(house, closed.case_id))
        form = browser.post("/report", data=fields(browser.get("/report").text))
        sent(browser, what="着火了", where="幸福里5号楼")
        receipt = house.execute(sa.select(cases.c.number).where(cases.c.channel == "web")).scalar_one()
        paths = ["/report", "/status", address(house, taken), "/t/none", f"/report/{receipt}"]
        pages = [browser.get(path) for path in (*paths, f"/status/{taken.number}", f"/status/{closed.number}")]
        for page in (*pages, form):
            text = page.text
            assert "resident." not in re.sub(r'(href|src|action)="[^"]*"', "", text), page.request.path
            assert "<script" not in text
            assert not re.search(r"\sstyle=|\son[a-z]+=|<style", text)
            loaded = re.findall(r'<(?:link|img)[^>]*(?:href|src)="/static/([^"?]+)', text)
            assert set(loaded) == {"mark.svg", "resident.css"}
            weight = len(page.data) + sum((HERE / "static" / name).stat().st_size for name in set(loaded))
            assert weight < MOST, (page.request.path, weight)
            assert f'<html lang="{lang.replace("_", "-")}"' in text
            assert "'self'" in page.headers["Content-Security-Policy"]
            headings = [int(level) for level in re.findall(r"<h([1-6])", text)]
            assert headings[0] == 1
            assert all(below - above <= 1 for above, below in pairwise(headings))


def test_a_browser_s_language_is_followed(house: House) -> None:
    with house.client() as browser:
        page = browser.get("/status", headers={"Accept-Language": "en"}).text
        assert "See how a case stands" in page
        assert re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<option.*?</option>", "", page)) == ["中文"]


def test_without_the_database_the_page_says_so_and_names_the_telephone(house: House) -> None:
    alone = without_database().test_client()
    answer = alone.get("/t/abcdefghij")
    assert answer.status_code == 503
    assert LINE.number in answer.text
    assert "tabler" not in answer.text


def test_behind_our_proxy_clients_are_told_apart(house: House) -> None:
    with make_app(replace(house.parts, proxies=frozenset({"127.0.0.1"}))).test_client() as browser:
        said = {"X-Forwarded-For": "203.0.113.1, 198.51.100.7"}
        assert [browser.get("/t/x", headers=said).status_code for _ in range(61)][-1] == 429
        assert browser.get("/t/x", headers={"X-Forwarded-For": "198.51.100.8"}).status_code == 404
    with house.client() as browser:  # nobody else's header counts
        found = [browser.get("/t/x", headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code for n in range(61)]
        assert found[-1] == 429


def test_staff_texts_of_what_residents_do_leave_by_our_line(house: House) -> None:
    taken = house.case(DRAIN)
    with house.client() as browser:
        opened(browser, taken.number, codes(house, taken.case_id))
        done(browser, taken.number, "urge")
    assert house.execute(sa.text("SELECT DISTINCT line FROM outbox WHERE purpose = 'urge'")).scalars().all() == [
        LINE.id
    ]
