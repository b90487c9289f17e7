"""Whose telephones the page offers: some residents of the sample, and everybody who works there."""

import sqlalchemy as sa

from cases.phrases import Name
from console.phone.parts import Contact
from dispatch.models import staff, unit
from dispatch.people.parties import number_of
from dispatch.transaction import Tx

RESIDENTS = (
    Contact("+8613800000001", Name("王秀英", "Wang Xiuying")),
    Contact("+8613800000002", Name("李建国", "Li Jianguo")),
    Contact("+8613800000003", Name("安娜", "Anna Smith")),
    Contact("+8613800000004", Name("陈美玲", "Chen Meiling")),
)


def workers(tx: Tx) -> list[Contact]:
    """Who works there and has a number, unit by unit."""
    wanted = (
        sa.select(
            staff.c.party_id,
            staff.c.name_zh,
            staff.c.name_en,
            unit.c.name_zh.label("unit_zh"),
            unit.c.name_en.label("unit_en"),
        )
        .join(unit, unit.c.id == staff.c.unit_id)
        .where(staff.c.office_id == tx.office_id, staff.c.active, staff.c.party_id.is_not(None))
        .order_by(unit.c.path, staff.c.code)
    )
    return [
        Contact(number_of(tx, row.party_id), Name(row.name_zh, row.name_en), Name(row.unit_zh, row.unit_en))
        for row in tx.conn.execute(wanted)
    ]
