"""The queue page over HTTP, signed in, with 10,000 and with 100,000 cases."""

import itertools
import re
from typing import Any

import requests

from app.sample.accounts import DEMO_ACCOUNTS
from bench.copies import fill
from bench.ground import Ground, Site
from bench.load import Figures, drive

SIZES = (10_000, 100_000)
_PAGES = 400
_AT_ONCE = 1  # a dispatcher reads one page at a time
_COOKIE = "hotline_session"


def measure(ground: Ground, sizes: tuple[int, int] = SIZES) -> dict[str, Any]:
    """The dispatcher's first page of the queue, at both sizes."""
    found: dict[str, Figures] = {}
    for size in sizes:
        site = ground.database(f"pages_{size}")
        fill(site, size)
        with site.running("web", site.port):
            request = _request(site)
            drive(site.port, itertools.repeat(request, 20), _AT_ONCE, 60)
            found[str(size)] = drive(site.port, itertools.repeat(request, _PAGES), _AT_ONCE, 60)
    small, large = found.values()
    told = {size: {"p50 ms": round(f.ms(50), 1), "p99 ms": round(f.ms(99), 1)} for size, f in found.items()}
    return told | {"times the smaller": round(large.ms(50) / small.ms(50), 2)}


def _request(site: Site) -> bytes:
    """The request for the page, with the cookie of a dispatcher who signed in."""
    base, demo = f"http://127.0.0.1:{site.port}", DEMO_ACCOUNTS[0]
    with requests.Session() as session:
        session.trust_env = False
        page = session.get(f"{base}/login", timeout=30).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        form = {"login": demo.login, "password": demo.password, "csrf_token": token[1] if token else ""}
        session.post(f"{base}/login", data=form, timeout=30, headers={"Referer": base}).raise_for_status()
        cookie = session.cookies.get(_COOKIE)
        shown = session.get(f"{base}/desk", timeout=30)
        if shown.status_code != 200 or "20" not in shown.text or not cookie:
            raise RuntimeError(f"the desk was not shown: {shown.status_code}")
    return f"GET /desk HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nCookie: {_COOKIE}={cookie}\r\n\r\n".encode()
