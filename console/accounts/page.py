"""The accounts of an office, for its administrators: added, changed, closed, given another password."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from cases.phrases import LANGUAGES, ZH, Message, msg
from console.accounts.once import one_time_password
from console.entry import passwords
from console.entry.guard import me
from console.parts import ConsoleParts
from console.supervise import roles, saying
from console.supervise.roles import id_of
from dispatch.people import accounts, admin
from dispatch.people.accounts import AccountTrouble, NewAccount, Role
from dispatch.people.admin import Change, Listed
from dispatch.reads import queries
from dispatch.transaction import Tx

UNFIT = 422
LONGEST_NAME = 64
OFFERED = [role for role in Role if role is not Role.DISTRICT]  # that one is made by `hotline account`

Answer = Response | str | tuple[str, int]


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/accounts and /accounts/<id>: POST …/add, …/change, …/close (in two steps), …/open, …/password."""
    blueprint = Blueprint("accounts", __name__)

    @blueprint.before_request
    def admins_only() -> None:
        roles.demand(Role.ADMIN)

    @blueprint.get("/accounts")
    def page() -> str:
        return _list(parts)

    @blueprint.post("/accounts/add")
    def add() -> Answer:
        return _add(parts)

    @blueprint.get("/accounts/<id_>")
    def one(id_: str) -> str:
        return _one(parts, id_of(id_))

    @blueprint.post("/accounts/<id_>/change")
    def change(id_: str) -> Answer:
        return _write(parts, id_, lambda tx, known: admin.change(tx, known, _wanted()), "changed")

    @blueprint.get("/accounts/<id_>/close")
    def ask(id_: str) -> str:
        with parts.door.transaction(me().office) as tx:
            known = _known(tx, id_of(id_))
        return render_template("accounts_close.html", one=known)

    @blueprint.post("/accounts/<id_>/close")
    def close(id_: str) -> Answer:
        return _write(parts, id_, admin.close, "closed")

    @blueprint.post("/accounts/<id_>/open")
    def open_again(id_: str) -> Answer:
        return _write(parts, id_, admin.open_again, "opened")

    @blueprint.post("/accounts/<id_>/password")
    def reset(id_: str) -> str:
        password = one_time_password()
        hashed = passwords.hash_password(password)
        with parts.door.transaction(me().office) as tx:
            known = _known(tx, id_of(id_))
            admin.reset_password(tx, known.id, hashed)
        return render_template("accounts_password.html", one=known, password=password, is_new=False)

    return blueprint


def _list(parts: ConsoleParts, why: Message | None = None) -> str:
    """All accounts, and the form for another; `why` it could not be taken, what was written in it is kept."""
    with parts.door.transaction(me().office) as tx:
        shown = _choices(tx) | {"listed": admin.listed(tx), "now": tx.now}
    said = request.form if why is not None else {"lang": ZH}
    return render_template("accounts.html", **shown, why=why, form=said, said=saying.heard(), me=me())


def _choices(tx: Tx) -> dict[str, Any]:
    g.zone = tx.office.zone
    return {
        "roles": OFFERED,
        "languages": LANGUAGES,
        "units": queries.units_within(tx, tx.office.code),
        "people": [(unit, found) for unit in tx.district.units if (found := tx.district.workers_of(unit.code))],
    }


def _add(parts: ConsoleParts) -> Answer:
    password = one_time_password()
    hashed = passwords.hash_password(password)
    try:
        wanted = _wanted()
        login = request.form.get("login", "")
        with parts.door.transaction(me().office) as tx:
            stands_for = admin.staff_of(tx, wanted.staff)
            new = NewAccount(login, hashed, wanted.role, wanted.name, wanted.lang, wanted.unit, stands_for)
            known = _known(tx, accounts.create(tx, new))
    except AccountTrouble as trouble:
        return _list(parts, trouble.message), UNFIT
    return render_template("accounts_password.html", one=known, password=password, is_new=True)


def _wanted() -> Change:
    """What the form says an account is to be. Raises AccountTrouble for what no list offers."""
    role, lang = request.form.get("role", ""), request.form.get("lang", "")
    if role not in OFFERED:
        raise AccountTrouble(msg("accounts.wrong.role"))
    if lang not in LANGUAGES:
        raise AccountTrouble(msg("accounts.wrong.language"))
    name = " ".join(request.form.get("name", "").split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise AccountTrouble(msg("accounts.wrong.name", most=LONGEST_NAME))
    return Change(name, Role(role), _code("unit"), lang, _code("staff"))


def _code(field: str) -> str:
    """A code of the form; what no code can be is none."""
    said = request.form.get(field, "")
    return said if said.isprintable() else ""


def _one(parts: ConsoleParts, id_: UUID, why: Message | None = None) -> str:
    with parts.door.transaction(me().office) as tx:
        known = _known(tx, id_)
        shown = _choices(tx)
    kept = {
        "name": known.name,
        "role": known.role.value,
        "unit": known.unit_code,
        "lang": known.lang,
        "staff": known.staff,
    }
    form = request.form if why is not None and "role" in request.form else kept
    return render_template("accounts_one.html", **shown, one=known, why=why, form=form, said=saying.heard(), me=me())


def _known(tx: Tx, id_: UUID) -> Listed:
    found = admin.one(tx, id_)
    if found is None:
        raise NotFound(f"no account {id_}")
    return found


def _write(parts: ConsoleParts, written: str, deed: Callable[[Tx, UUID], None], done: str) -> Answer:
    """Do it and go back to the account; what cannot be is said beside the form as it was filled in."""
    id_ = id_of(written)
    try:
        with parts.door.transaction(me().office) as tx:
            login = _known(tx, id_).login
            deed(tx, id_)
    except AccountTrouble as trouble:
        return _one(parts, id_, trouble.message), UNFIT
    saying.say(f"accounts.done.{done}", login=login)
    return redirect(url_for("accounts.one", id_=id_), 303)
