"""What is texted on /phone to bring an order to its end, in both languages, with the mistakes that people make."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.people import LI_HONGMEI

SECONDS = 60_000  # for what follows a press, on a machine with other things to do


_ROW_CAME = """() => {
  const rows = () => document.querySelectorAll('#queue tbody tr').length;
  const before = rows();
  window.rowCame = new Promise((came) => new MutationObserver((_, watching) => {
    if (rows() === before) return;
    watching.disconnect();
    requestAnimationFrame(() => came(Date.now()));
  }).observe(document.getElementById('queue'), {childList: true, subtree: true}));
}"""
_MINE = "p[contains(@class, 'bubble-me')]"
_SINCE = f"xpath=.//{_MINE}[not(following-sibling::{_MINE})]/following-sibling::p[contains(@class, 'bubble-them')]"
# What the worker hears, in her own language, to each of a story's `texts`.
ANSWERS = (
    "您手上没有99号单",
    "已签收",
    "还不能办结",
    "走访码不对，还可试",
    "已记到场",
    "情况已记下",
    "已发给居民",
    "已办结提交",
)


@dataclass(frozen=True)
class Story:
    """What is said in a language. `receipt` finds the visit code in the resident's first text; of the worker's `texts`
    the first, third and fourth are mistakes."""

    matter: str
    receipt: str
    texts: tuple[str, ...]
    told: str
    asked: str
    thanked: str


STORIES = {
    "zh_CN": Story(
        "幸福里小区3号楼2单元楼道灯坏了，老人看不见",
        r"走访码(\d{4})",
        (
            "签收 99",
            "签收 {n}",
            "办结 {n}",
            "到 {n} {wrong}",
            "到 {n} {code}",
            "查明 {n} 灯泡烧坏，属物业维修",
            "反馈 {n} 灯泡已换新，物业每月检查一次",
            "办结 {n}",
        ),
        "灯泡已换新，物业每月检查一次",
        "办好了吗",
        r"谢谢，\S+已办结",
    ),
    "en": Story(
        "The stairwell light of Xingfuli Estate building 3 unit 2 is broken",
        r"visit code (\d{4})",
        (
            "sign 99",
            "sign {n}",
            "done {n}",
            "at {n} {wrong}",
            "at {n} {code}",
            "found {n} the bulb is dead",
            "told {n} a new bulb is in",
            "done {n}",
        ),
        "a new bulb is in",
        "is it solved",
        "Thank you",
    ),
}


def choose(page: Page, name: str, number: str, *, is_known: bool) -> Locator:
    """Another number on a telephone: of somebody on the list, or written; the telephone."""
    phone = page.locator(f"[data-phone='{name}']")
    phone.locator(".phone-whose summary").click()
    with page.expect_navigation():
        if is_known:
            phone.locator("select").select_option(number)
        else:
            phone.locator(f"#other-{name}").fill(number)
            phone.locator(".phone-choose .btn").click()
    expect(phone).to_have_attribute("data-number", number)
    return phone


def both(page: Page, resident: str) -> tuple[Locator, Locator]:
    """A resident's telephone and the grid worker's, side by side."""
    page.goto("/phone")
    worker = choose(page, "b", LI_HONGMEI.number, is_known=True)
    return choose(page, "a", resident, is_known=False), worker


def text(phone: Locator, words: str) -> None:
    phone.locator("[data-text] .form-control").fill(words)
    phone.locator("[data-text] .btn").click()


def heard(phone: Locator, pattern: str) -> str:
    """What a text that came after the last one sent from this telephone says, once one says that. Others may come
    between: that two cases look alike is told to a worker whenever it is found."""
    bubble = phone.locator(_SINCE).filter(has_text=re.compile(pattern)).last
    expect(bubble).to_be_visible(timeout=SECONDS)
    return re.findall(pattern, bubble.inner_text())[0]


def ordered(worker: Locator, case: str) -> str:
    """The short number under which a worker has a case, once its order has come."""
    order = worker.locator(".texts .bubble-them", has_text=f"【派单】{case}")
    expect(order).to_be_visible(timeout=SECONDS)
    return re.findall(r"(\d+) 【派单】", order.inner_text())[0]


def timed(sender: Page, desk: Page) -> None:
    """From now on both pages note their moments: the press that sends, and the first row more in the queue."""
    sender.evaluate("document.addEventListener('click', () => { window.sentAt = Date.now() }, {capture: true})")
    desk.evaluate(_ROW_CAME)


def milliseconds(sender: Page, desk: Page) -> int:
    """From the press to the row, once it has come."""
    came: int = desk.evaluate("rowCame")
    sent: int = sender.evaluate("sentAt")
    return came - sent


def works(story: Story, resident: Locator, worker: Locator) -> None:
    """The worker brings the order to its end, the resident is told, asked, and answers."""
    code, number = heard(resident, story.receipt), ordered(worker, heard(resident, r"\d{8}-\d{6}"))
    said = {"n": number, "code": code, "wrong": "1234" if code != "1234" else "4321"}
    for words, answer in zip(story.texts, ANSWERS, strict=True):
        text(worker, words.format_map(said))
        heard(worker, answer)
    expect(resident.locator(".texts .bubble-them", has_text=story.told)).to_be_visible()
    heard(resident, story.asked)
    text(resident, "1")
    heard(resident, story.thanked)
