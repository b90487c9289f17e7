"""Live streams: so many open on a rehearsal instance beside normal use, and how long news take to each of them.

`python -m bench.streams` starts an instance of its own; with `--data FOLDER` it uses the one that runs there.
What is measured begins with a transaction's own moment, which is a little before its commit, and ends where one
client has read the news from its socket: it is never shorter than the fan-out itself.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import randbelow
from statistics import quantiles

import psycopg
import requests

from app.embedded.cluster import remove_cluster
from app.embedded.folder import DataFolder
from app.instance import Instance, read_instance
from app.sample.accounts import DEMO_ACCOUNTS
from bench.crowd import Crowd
from bench.ground import LINE, ROOT, end, free_port
from bench.texts import MATTERS

STREAMS = 500
TEXTS = 40
EVERY = 0.4  # seconds between texts, and between pages read beside them
AT_ONCE = 10  # streams that are opened together: browsers that lost theirs come back over some seconds
READY = 90.0  # seconds until an instance is up, or until all streams are open

Figures = dict[str, float | int]


def measure(instance: Instance, streams: int = STREAMS, texts: int = TEXTS) -> Figures:
    """Open the streams, send the texts, and see when each stream was told of each case."""
    browser = _signed_in(instance.web)
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    crowd = Crowd()
    try:
        began = time.time()
        for number in range(streams):
            crowd.join(instance.web, cookie)
            _until(lambda n=number: len(crowd.begun) + crowd.ended > n - AT_ONCE, READY)  # type: ignore[misc]
        _until(lambda: len(crowd.begun) + crowd.ended == streams, READY)
        opened = time.time() - began
        sent, pages = _use(instance, browser, texts)
        _until(lambda: sum(map(len, crowd.told.values())) >= streams * texts, 5)
        return _figures(instance, crowd, sent, pages) | {"streams": streams, "texts": texts, "opened_s": opened}
    finally:
        crowd.close()


def _use(instance: Instance, browser: requests.Session, texts: int) -> tuple[dict[str, float], list[float]]:
    """Texts of residents, and a dispatcher who reads the desk: when each text was sent, how long each page took."""
    phones = requests.Session()
    phones.trust_env = False
    phones.headers["Authorization"] = f"Bearer {instance.auth_token}"
    sent: dict[str, float] = {}
    pages = []
    first = randbelow(10**8 - texts)  # whoever texted in an earlier run would add to that case
    for number in range(texts):
        began = time.time()
        asked = {"from": f"+86137{first + number:08d}", "to": LINE, "body": MATTERS[number % len(MATTERS)]}
        answer = phones.post(f"{_exchange(instance)}/exchange/texts", json=asked, timeout=30)
        answer.raise_for_status()
        sent[answer.json()["sid"]] = began
        read = time.time()
        browser.get(f"{instance.web}/desk/rows", timeout=30).raise_for_status()
        pages.append(time.time() - read)
        time.sleep(max(0.0, EVERY - (time.time() - began)))
    return sent, pages


def _figures(instance: Instance, crowd: Crowd, sent: dict[str, float], pages: list[float]) -> Figures:
    with psycopg.connect(instance.database_url.replace("+psycopg", "")) as connection:
        rows = connection.execute(
            """SELECT r.sid, c.number, extract(epoch FROM e.at - k.ahead)::float8 FROM clock k, report r
               JOIN cases c ON c.id = r.case_id JOIN event e ON e.case_id = c.id AND e.seq = 1 WHERE r.sid = ANY(%s)""",
            (list(sent),),
        ).fetchall()
    waits = [heard - at for _, number, at in rows for heard in crowd.told.get(number, [])]
    other = [min(crowd.told.get(number, [float("inf")])) - sent[sid] for sid, number, _ in rows]
    return {
        "told": len(waits),
        "ended": crowd.ended,
        "fan_out_p50_ms": _percentile(waits, 50) * 1000,
        "fan_out_p99_ms": _percentile(waits, 99) * 1000,
        "fan_out_max_ms": max(waits) * 1000,
        "text_to_stream_max_ms": max(other) * 1000,
        "page_p99_ms": _percentile(pages, 99) * 1000,
    }


def said(found: Figures) -> str:
    """The figures as one line."""
    return (
        f"live streams: {found['streams']} open (in {found['opened_s']:.1f} s, {found['ended']} ended), "
        f"{found['texts']} texts, {found['told']} times told of a case; commit to received "
        f"p50 {found['fan_out_p50_ms']:.0f} ms, p99 {found['fan_out_p99_ms']:.0f} ms, "
        f"at most {found['fan_out_max_ms']:.0f} ms (aim: p99 < 250); "
        f"text to another stream at most {found['text_to_stream_max_ms']:.0f} ms (aim: < 1000); "
        f"the desk's rows beside it p99 {found['page_p99_ms']:.0f} ms"
    )


@contextmanager
def rehearsal() -> Iterator[Instance]:
    """An instance of our own, in a folder that goes with it."""
    with tempfile.TemporaryDirectory(prefix="hotline-streams-") as folder:
        data = DataFolder(Path(folder) / "data")
        argv = [sys.executable, "-m", "app", "up", "--data", str(data.root), "--port", str(free_port())]
        child = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            _until(lambda: child.poll() is not None or _is_up(data), READY)
            found = read_instance(data)
            if found is None:
                raise RuntimeError(f"the instance ended with {child.returncode}: see what it printed")
            yield found
        finally:
            end(child)
            remove_cluster(data)


def run() -> Figures:
    """On an instance of our own."""
    with rehearsal() as instance:
        return measure(instance)


def _is_up(data: DataFolder) -> bool:
    found = read_instance(data)
    try:
        return found is not None and requests.get(f"{found.web}/readyz", timeout=1).ok
    except requests.RequestException:
        return False


def _signed_in(web: str) -> requests.Session:
    browser = requests.Session()
    browser.trust_env = False
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(f"{web}/login", timeout=10).text)
    if token is None:
        raise RuntimeError(f"{web}/login has no form to sign in by")
    demo = DEMO_ACCOUNTS[0]
    form = {"csrf_token": token[1], "login": demo.login, "password": demo.password, "next": "/desk"}
    browser.post(f"{web}/login", data=form, timeout=10).raise_for_status()
    return browser


def _exchange(instance: Instance) -> str:
    if instance.exchange is None:
        raise RuntimeError("the instance has no exchange: start one in rehearsal")
    return instance.exchange.removesuffix("/exchange")


def _until(condition: Callable[[], bool], seconds: float) -> None:
    """Wait until it holds, so long at most."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.005)


def _percentile(values: list[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench.streams", description=__doc__)
    parser.add_argument("--data", type=Path, help="the folder of a running rehearsal instance")
    parser.add_argument("--streams", type=int, default=STREAMS)
    parser.add_argument("--texts", type=int, default=TEXTS)
    asked = parser.parse_args()
    if asked.data is None:
        with rehearsal() as instance:
            found = measure(instance, asked.streams, asked.texts)
    else:
        running = read_instance(DataFolder(asked.data))
        if running is None:
            parser.error(f"nothing runs on {asked.data}: start it with `hotline up --data {asked.data}`")
        found = measure(running, asked.streams, asked.texts)
    print(said(found))


if __name__ == "__main__":
    main()
