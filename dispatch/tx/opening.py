"""The first statement of a transaction: its moment and office, what is in force, what was seen before."""

from collections.abc import Collection
from uuid import UUID

OPENING = """
SELECT now() + k.ahead AS now, k.ahead, o.id, o.code, o.name_zh, o.name_en, o.zone,
       (SELECT max(number) FROM policy_version WHERE state = 'in_force') AS policy,
       (SELECT max(number) FROM district_version d WHERE d.office_id = o.id) AS district,
       (SELECT max(number) FROM calendar_version v WHERE v.office_id = o.id) AS calendar,
       (SELECT number FROM matter_model m WHERE m.office_id = o.id AND m.state = 'in_force') AS learnt,
       (SELECT json_agg(json_build_array(s.code, a.from_at, a.until_at))
        FROM absence a JOIN staff s ON s.id = a.staff_id
        WHERE a.office_id = o.id AND a.cancelled_at IS NULL AND a.until_at > now() + k.ahead) AS absences,
       (SELECT json_agg(json_build_array(i.id, i.case_id, c.number, i.place, i.topic, i.known) ORDER BY i.id DESC)
        FROM incident i JOIN cases c ON c.id = i.case_id
        WHERE i.office_id = o.id AND i.ended_at IS NULL) AS incidents
FROM clock k, office o WHERE o.code = %(office)s
"""
OPEN_AND_CLAIM = f"""
WITH opening AS ({OPENING}), claimed AS (
    INSERT INTO inbox (kind, key, line, received_at)
    SELECT %(kind)s, %(key)s, %(line)s, opening.now FROM opening
    ON CONFLICT (kind, key) DO NOTHING RETURNING 1)
SELECT opening.*, EXISTS (SELECT FROM claimed) AS first FROM opening
"""  # noqa: S608 - both parts are constants above
BAR = "SELECT set_config('hotline.bars', %(bars)s, true)"
BARRED = "SELECT coalesce(current_setting('hotline.bars', true), '')"


def named(bars: Collection[UUID]) -> str:
    """Ids as the setting has them that bars who reads from what names them (migration 0020)."""
    return "{" + ",".join(sorted(map(str, bars))) + "}" if bars else ""
