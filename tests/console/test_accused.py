"""INV-COI: a complaint about the office's own people is not there for those whom it names: role × route × object.

Every page that the app has is asked, by its own map, also those that come later: lists, exports, drawers, streams.
"""

import re
import zipfile
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cases.models import cases
from console.live.hub import Viewer, piece
from dispatch.accused.above import barred
from dispatch.coi import reading
from dispatch.people import accounts
from dispatch.people.accounts import NewAccount, Role
from dispatch.reads import stream
from tests.console.house import _HASH, House, token
from tests.console.members import member

MARK = "玄武暗语"
ABSENT = "20200101-000001"
# Of whom it complains (codes), and the words.
OBJECTS = {
    "xingfuli-grid-02": "网格员李红梅假走访，幸福里3号楼2单元",
    "xingfuli-head": "周桂兰收了人家的红包，幸福里3号楼2单元",
    "xingfuli": "幸福里居委会的人收好处费，幸福里3号楼2单元",
    "dispatcher-1": "陆思远在电话里骂人，幸福里3号楼2单元",
    "supervisor": "沈月华索要红包，幸福里3号楼2单元",
    "leader": "韩振国把低保给了自己亲戚，幸福里3号楼2单元",
    "xingfu": "你们街道收钱办事，幸福里3号楼2单元",
}
VIEWERS = {
    "xingfuli-grid-02": Role.WORKER, "xingfuli-grid-01": Role.WORKER, "xingfuli-head": Role.COMMITTEE,
    "xingfuli-liaison": Role.COMMITTEE, "heping-head": Role.COMMITTEE, "dispatcher-1": Role.DISPATCHER,
    "dispatcher-2": Role.DISPATCHER, "duty-1": Role.DISPATCHER, "supervisor": Role.SUPERVISOR,
    "leader": Role.SUPERVISOR, "admin": Role.ADMIN, "unlinked": Role.SUPERVISOR, "district": Role.DISTRICT,
}  # fmt: skip
_UNSTAFFED = ("admin", "unlinked", "district")


@pytest.fixture
def open_house(house: House) -> House:
    for login, role in VIEWERS.items():
        if login not in _UNSTAFFED:
            member(house, login, role)
    with house.door.transaction("xingfu") as tx:
        for login in _UNSTAFFED:
            accounts.create(tx, NewAccount(login, _HASH, VIEWERS[login], login, "zh_CN", "xingfu"))
    return house


def may_know(house: House, login: str, accused: str) -> bool:
    """By hand, apart from the rooms that are tested: who is not named, not under the hand, and nobody's stand-in."""
    if login == "district":
        return True
    if accused in ("xingfu", "leader"):
        return False
    if accused == "supervisor":
        return login not in ("supervisor", "unlinked", "admin", "dispatcher-1", "dispatcher-2", "duty-1")
    if accused == "dispatcher-1":
        return login not in ("dispatcher-1", "dispatcher-2")
    if accused in ("xingfuli", "xingfuli-head"):
        return not login.startswith("xingfuli")
    return login not in ("xingfuli-grid-01", "xingfuli-grid-02")


def text_of(answer: TestResponse) -> str:
    """All that an answer carries; of a workbook all its sheets."""
    body = answer.get_data()
    if body[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(body)) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return body.decode("utf-8", "replace")


def addresses(house: House) -> list[tuple[str, bool]]:
    """Every address that can be read, and whether it names the case itself."""
    found = []
    for rule in house.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in ("assets.static", "live.stream", "session.sign_out"):
            path = re.sub(r"<[^>]*number[^>]*>", "NUMBER", rule.rule)
            found.append((re.sub(r"<[^>]+>", "1", path), "NUMBER" in path))
    words = [f"/search?q={MARK}", f"/desk/rows?words={MARK}", "/desk?unit=xingfuli", "/desk?grid=xingfuli-02"]
    return [*found, ("/desk?open=NUMBER", True), ("/search?q=NUMBER", True), *((path, False) for path in words)]


def without_echo(text: str, number: str) -> str:
    text = re.sub(r'data-from="[^"]*"|data-live="[^"]*"', "MOMENT", text.replace(number, "NUMBER"))
    text = re.sub(r'value="[^"]{40,}"', "TOKEN", text)
    return re.sub(r"\d+", "#", text)  # times that run on between two looks


@pytest.mark.parametrize("accused", OBJECTS)
def test_it_is_not_there_for_those_whom_it_names(open_house: House, accused: str) -> None:
    house = open_house
    house.case("幸福里3号楼2单元下水道堵了", number="+8613800000002")
    taken = house.case(f"{OBJECTS[accused]}，{MARK}")
    places = addresses(house)
    assert len(places) > 40
    for login in VIEWERS:
        if may_know(house, login, accused):
            continue
        with house.signed_in(login) as browser:
            read = {path: browser.get(path.replace("NUMBER", taken.number)) for path, _ in places}
            seen = {path for path, _ in places if MARK in text_of(read[path])}
            assert not seen - {f"/search?q={MARK}", f"/desk/rows?words={MARK}"}, f"{login} of {accused}: {seen}"
            for path, names in places:
                answer = read[path]
                if not names:
                    assert taken.number not in text_of(answer), f"{login} of {accused}: {path}"
                    continue
                other = browser.get(path.replace("NUMBER", ABSENT))
                told, none = (without_echo(text_of(each), n) for each, n in ((answer, taken.number), (other, ABSENT)))
                assert (answer.status_code, told) == (other.status_code, none), f"{login} of {accused}: {path}"


@pytest.mark.parametrize(
    ("accused", "login"),
    [
        ("xingfuli-grid-02", "xingfuli-head"), ("xingfuli-head", "supervisor"), ("xingfuli", "leader"),
        ("dispatcher-1", "supervisor"), ("supervisor", "leader"), ("leader", "district"), ("xingfu", "district"),
    ],
)  # fmt: skip
def test_it_is_there_for_whoever_stands_above(open_house: House, accused: str, login: str) -> None:
    taken = open_house.case(f"{OBJECTS[accused]}，{MARK}")
    with open_house.signed_in(login) as browser:
        assert taken.number in text_of(browser.get("/desk/rows"))
        assert MARK in text_of(browser.get(f"/cases/{taken.number}"))


def test_what_they_send_changes_nothing_and_tells_nothing(open_house: House) -> None:
    house = open_house
    other = house.case("幸福里3号楼2单元下水道堵了", number="+8613800000002")
    taken = house.case(f"{OBJECTS['dispatcher-1']}，{MARK}")
    before = lines(house, taken.number)
    with house.signed_in("dispatcher-2") as browser:
        for path in posts(house):
            answer = send(browser, path, taken.number, other.number)
            assert MARK not in text_of(answer), path
    assert lines(house, taken.number) == before


def lines(house: House, number: str) -> int:
    """How much history a case has."""
    found: int = house.execute(sa.select(cases.c.last_seq).where(cases.c.number == number)).scalar_one()
    return found


def posts(house: House) -> list[str]:
    return sorted(
        re.sub(r"<[^>]+>", "1", re.sub(r"<[^>]*number[^>]*>", "NUMBER", rule.rule))
        for rule in house.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.split(".")[0] not in ("session", "report", "resident")
    )


def send(browser: FlaskClient, path: str, number: str, other: str) -> TestResponse:
    fields = ("number", "numbers", "lead", "onto", "case", "cases", "open", "earlier", "join")
    form = {"csrf_token": token(browser, "/desk/new"), "words": "为什么", "why": "为什么", "deed": "urge", "seen": "99"}
    form |= {"unit": "xingfuli", "other": other} | dict.fromkeys(fields, number)
    return browser.post(path.replace("NUMBER", number), data=form)


def test_streams_tell_nothing_of_it(open_house: House) -> None:
    house = open_house
    with house.door.found() as conn:
        since = stream.position(conn)
    taken = house.case(f"{OBJECTS['xingfuli-head']}，{MARK}")
    with house.door.found() as conn:
        found = stream.news(conn, since)
    told = {}
    for login in ("xingfuli-head", "xingfuli-liaison", "supervisor", "district"):
        with house.door.transaction("xingfu") as tx:
            account = accounts.attempt(tx, login)
            assert account is not None
            bars = reading.of_account(tx, account.account)
        told[login] = taken.number.encode() in piece(found, since, Viewer("xingfu", "xingfu", bars))
    assert told == {"xingfuli-head": False, "xingfuli-liaison": False, "supervisor": True, "district": True}


def test_the_two_ways_to_reckon_who_is_barred_agree(open_house: House) -> None:
    with open_house.door.transaction("xingfu") as tx:
        for accused in OBJECTS:
            closed = barred(tx.district, frozenset({accused}))
            named = tx.district.worker(accused) or tx.district.unit(accused)
            assert named is not None
            for worker in tx.district.workers:
                assert (named.id in reading.of_staff(tx, worker.id)) == (worker.code in closed), (accused, worker.code)
