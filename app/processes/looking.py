"""What a server looks at when it is asked whether it is ready."""

import redis

from app.health import Checks
from app.migrations import run as migrations
from app.wiring import House
from dispatch.due import jumps
from dispatch.transaction import DatabaseAway


def checks_of(house: House) -> Checks:
    """The database, its schema and its clock, and the bell."""

    def revision() -> str | None:
        with house.door.found() as conn:
            return migrations.current(conn)

    def jump() -> str | None:
        with house.door.found() as conn:
            open_ = jumps.found(conn)
        return open_.why if open_ else None

    return Checks(
        database=revision,
        schema=migrations.head(),
        jump=jump,
        bell=house.bell.client.ping,
        broken=(DatabaseAway, redis.RedisError, OSError),
    )
