"""`hotline release`: migrations by the owner role, then what must be there: a policy, the offices, in
rehearsal the sample district and its demo accounts. Run again, it changes nothing that stands."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from app.days import day_names, with_day_table
from app.embedded.folder import DataFolder
from app.embedded.stamp import clock_of, read_stamp
from app.migrations import run as migrations
from app.sample import raw_district
from app.sections import Settings
from app.trouble import trouble
from app.wiring import House, phrasebook
from console.entry.passwords import hash_password
from dispatch.calendar import ending, versions
from dispatch.calendar.table import named, of_policy
from dispatch.district import parse_district
from dispatch.people import accounts, roster
from dispatch.policy import PolicyErrors, parse, unknown_units
from dispatch.transaction import Door

_ZONE = "Asia/Shanghai"


def run_release(settings: Settings) -> None:
    """All of it. Raises PolicyErrors where the policy of config.toml cannot be used, or names units that a new
    office's district lacks."""
    owner_url, app_url = settings.database.owner_url or "", settings.database.url or ""
    app_role = make_url(app_url).username or "hotline_app"
    parse(settings.policy)  # before anything is touched
    body = with_day_table(settings.policy)
    migrations.upgrade(owner_url, app_role)
    house = House(settings, "release", pool=1)
    owner = Door(sa.create_engine(owner_url, poolclass=sa.pool.NullPool), house.vault, phrasebook, _silent)
    with owner.found() as conn:
        _check_clock(conn, settings)
        roster.import_policy(conn, body)
        standing = roster.offices(conn)
        for code in house.offices:
            if code not in standing:
                sample = _sample_district(settings, code)
                if sample is not None:
                    _check_units(body, sample)
                roster.found_office(conn, house.vault, sample or _bare_district(code), _ZONE)
        _found_calendars(conn)
        migrations.grant(conn, app_role)
    for office in house.offices:
        with owner.transaction(office) as tx:
            ending.promise(tx, tx.day_table)
    _accounts(settings, owner)


def _found_calendars(conn: Connection) -> None:
    """The first day table of each office that has none: the calendar of its policy, with the names of the days."""
    table = named(of_policy(parse(roster.policy_in_force(conn))), day_names())
    for office in roster.offices(conn).values():
        versions.found(conn, office, table, roster.moment(conn))


def _check_clock(conn: Connection, settings: Settings) -> None:
    """A clock that was wound is never taken for the real one, nor are cases that live in real time wound away."""
    folder = DataFolder(settings.folder)
    stamp = read_stamp(folder)
    if clock_of(folder, settings.clock.kind, settings.clock_kind) == "real":
        if conn.execute(sa.text("SELECT ahead > interval '0' FROM clock")).scalar():
            raise trouble("app.stamp.wound", folder=str(folder.root))
    elif stamp is not None and stamp.clock == "real" and _any_case(conn):
        raise trouble("app.stamp.real_cases", folder=str(folder.root))


def _any_case(conn: Connection) -> bool:
    return bool(conn.execute(sa.text("SELECT EXISTS (SELECT FROM cases)")).scalar())


def _silent(_processes: set[str], _moment: object) -> None:
    """Nothing runs yet that could be woken."""


def _sample_district(settings: Settings, code: str) -> Mapping[str, Any] | None:
    """The sample district in rehearsal, where the office is the sample's."""
    if settings.rehearsal_doors and settings.rehearsal.people == "sample":
        raw = raw_district()
        if raw["office"]["code"] == code:
            return raw
    return None


def _bare_district(code: str) -> Mapping[str, Any]:
    """An office with its duty desk, to be filled by import."""
    return {
        "office": {"code": code, "name": {"zh": "街道办事处", "en": "Sub-district office"}},
        "duty_desk": {"name": {"zh": "值班室", "en": "Duty desk"}},
    }


def _check_units(policy: Mapping[str, Any], district: Mapping[str, Any]) -> None:
    faults = unknown_units(parse(policy), parse_district(district))
    if faults:
        raise PolicyErrors(faults)


def _accounts(settings: Settings, owner: Door) -> None:
    if not settings.rehearsal_doors or settings.rehearsal.people != "sample":
        return
    from app.sample.accounts import DEMO_ACCOUNTS, demo_account

    with owner.transaction(settings.lines[0].office) as tx:
        known = _logins(tx.conn)
        for demo in DEMO_ACCOUNTS:
            if demo.login not in known:
                accounts.create(tx, demo_account(demo, hash_password(demo.password)))


def _logins(conn: Connection) -> set[str]:
    return set(conn.execute(sa.text("SELECT login FROM account")).scalars())
