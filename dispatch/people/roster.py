"""Founding an office and taking in its district: units, people, and their numbers into the vault."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.schema import CreateSequence

from cases.models import office, party
from cases.phrases import ZH
from cases.seal.vault import Vault
from dispatch.district import District, parse_district, phones, without_phones
from dispatch.models import clock, district_version, policy_version, staff, unit
from dispatch.tx.numbers import case_numbers

DESK_CODE = "duty_desk"
_OFFICES = UUID("0f2a3d8e-55c1-5b7e-8c7b-8a4f2f6d1c11")


def moment(conn: Connection) -> datetime:
    """The database's moment, with the rehearsal offset."""
    now: datetime = conn.execute(sa.select(sa.func.now() + clock.c.ahead)).scalar_one()
    return now


def offices(conn: Connection) -> dict[str, UUID]:
    """The offices there are, by code."""
    return {row.code: row.id for row in conn.execute(sa.select(office.c.code, office.c.id))}


def import_policy(conn: Connection, body: Mapping[str, Any]) -> int | None:
    """Version 1 of the policy, once. None where there is one already: changes are versions."""
    newest = conn.execute(sa.select(sa.func.max(policy_version.c.number))).scalar()
    if newest is not None:
        return None
    conn.execute(
        sa.insert(policy_version).values(
            number=1,
            body=json.dumps(body, ensure_ascii=False),
            state="in_force",
            imported_at=moment(conn),
        )
    )
    return 1


def policy_in_force(conn: Connection) -> dict[str, Any]:
    """The newest policy that is in force, in its raw form."""
    newest = sa.select(policy_version.c.body).where(policy_version.c.state == "in_force")
    body = conn.execute(newest.order_by(policy_version.c.number.desc()).limit(1)).scalar_one()
    read: dict[str, Any] = json.loads(body)
    return read


def found_office(conn: Connection, vault: Vault, raw: Mapping[str, Any], zone: str) -> UUID:
    """A new office with its district, from the raw form (dispatch.district), by the owner role. Its id."""
    district = parse_district(raw)
    top = district.units[0]
    id_ = uuid5(_OFFICES, top.code)
    conn.execute(
        sa.insert(office).values(
            id=id_,
            code=top.code,
            name_zh=top.name.zh,
            name_en=top.name.en,
            zone=zone,
            created_at=moment(conn),
        )
    )
    conn.execute(CreateSequence(case_numbers(top.code)))
    take_district(conn, vault, id_, raw)
    return id_


def take_district(conn: Connection, vault: Vault, office_id: UUID, raw: Mapping[str, Any]) -> int:
    """A new version of an office's district; units and people that are gone stay, inactive. The version.

    Whoever takes one in while the office is at work lets `dispatch.duty.moves.look_over` follow: those who are gone may
    hold cases.
    """
    district = parse_district(raw)
    _units(conn, office_id, district)
    _people(conn, vault, office_id, (district, phones(raw)))
    newest = conn.execute(sa.select(sa.func.max(district_version.c.number))).scalar() or 0
    conn.execute(
        sa.insert(district_version).values(
            number=newest + 1,
            office_id=office_id,
            body=json.dumps(without_phones(raw), ensure_ascii=False),
            imported_at=moment(conn),
        )
    )
    return newest + 1


def _units(conn: Connection, office_id: UUID, district: District) -> None:
    ids = {row.code: row.id for row in district.units}
    for row in district.units:
        values = {
            "parent_id": ids.get(row.parent) if row.parent else None,
            "kind": str(row.kind),
            "name_zh": row.name.zh,
            "name_en": row.name.en,
            "path": "/".join(row.path),
        }
        made = insert(unit).values(id=row.id, office_id=office_id, code=row.code, **values)
        conn.execute(made.on_conflict_do_update(index_elements=[unit.c.id], set_=values))


def _people(conn: Connection, vault: Vault, office_id: UUID, people: tuple[District, Mapping[str, str]]) -> None:
    district, numbers = people
    ids = {row.code: row.id for row in district.units}
    conn.execute(sa.update(staff).where(staff.c.office_id == office_id).values(active=False))
    desk = district.duty_desk
    rows = [(w.id, w.code, ids[w.unit], w.name, str(w.role)) for w in district.workers]
    rows.append((uuid5(office_id, DESK_CODE), DESK_CODE, desk.unit.id, desk.name, "duty_desk"))
    for id_, code, unit_id, name, role in rows:
        values = {
            "unit_id": unit_id,
            "name_zh": name.zh,
            "name_en": name.en,
            "role": role,
            "party_id": _party(conn, vault, office_id, numbers.get(code)),
            "active": True,
        }
        made = insert(staff).values(id=id_, office_id=office_id, code=code, **values)
        conn.execute(made.on_conflict_do_update(index_elements=[staff.c.id], set_=values))


def _party(conn: Connection, vault: Vault, office_id: UUID, number: str | None) -> UUID | None:
    """The party of a staff number, made where there is none."""
    if number is None:
        return None
    hashed = vault.number_hash(office_id, number)
    id_ = uuid5(office_id, hashed.hex())
    conn.execute(
        insert(party)
        .values(
            id=id_,
            office_id=office_id,
            number_hash=hashed,
            number_sealed=vault.seal(id_, "number", number),
            lang=ZH,
            created_at=moment(conn),
        )
        .on_conflict_do_nothing()
    )
    found: UUID = conn.execute(
        sa.select(party.c.id).where(party.c.office_id == office_id, party.c.number_hash == hashed)
    ).scalar_one()
    return found


def desk_id(office_id: UUID) -> UUID:
    """The staff id of an office's duty desk."""
    return uuid5(office_id, DESK_CODE)
