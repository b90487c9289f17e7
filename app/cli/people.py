"""`hotline admin create` and `hotline passwd`: real accounts."""

import argparse
import sys
from getpass import getpass

from app.cli.parser import Commands
from app.cli.records import house, office_of
from app.cli.voice import Voice
from app.trouble import Trouble, trouble
from cases.phrases import msg

ROLES = ("admin", "supervisor", "dispatcher", "committee", "worker")


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    admin = commands.group("admin")
    create = commands.add("create", run_create, "data", "output", under=admin)
    commands.option(create, "login", metavar="LOGIN")
    commands.option(create, "--name", metavar="NAME", default="")
    commands.option(create, "--role", choices=ROLES, required=True)
    commands.option(create, "--unit", metavar="UNIT")
    commands.option(create, "--office", metavar="CODE")
    passwd = commands.add("passwd", run_passwd, "data", "output")
    commands.option(passwd, "login", metavar="LOGIN")
    commands.option(passwd, "--office", metavar="CODE")


def run_create(args: argparse.Namespace, voice: Voice) -> int:
    from console.entry.passwords import hash_password
    from dispatch.people.accounts import AccountTrouble, NewAccount, Role, create

    with house(args) as found:
        office = office_of(args, found)
        hashed = hash_password(_password(voice))
        new = NewAccount(args.login, hashed, Role(args.role), args.name, voice.lang, args.unit or office)
        try:
            with found.door.transaction(office) as tx:
                create(tx, new)
        except AccountTrouble as error:
            raise trouble("app.cli.account", why=error.message) from error
    return _done(voice, "app.cli.account_made", args.login)


def run_passwd(args: argparse.Namespace, voice: Voice) -> int:
    from console.entry.passwords import hash_password
    from dispatch.people.accounts import AccountTrouble, set_password

    with house(args) as found:
        hashed = hash_password(_password(voice))
        try:
            with found.door.transaction(office_of(args, found)) as tx:
                set_password(tx, args.login, hashed)
        except AccountTrouble as error:
            raise trouble("app.cli.account", why=error.message) from error
    return _done(voice, "app.cli.password_set", args.login)


def _done(voice: Voice, id_: str, login: str) -> int:
    if voice.as_json:
        voice.show({"login": login})
    voice.say(msg(id_, login=login))
    return 0


def _password(voice: Voice) -> str:
    """The new password: asked twice at a terminal, else the first line of the standard input."""
    from console.entry.passwords import unfit

    if sys.stdin.isatty():
        password = getpass(voice.text(msg("app.cli.password")))
        if getpass(voice.text(msg("app.cli.password_again"))) != password:
            raise trouble("app.cli.password_differs")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    refused = unfit(password)
    if refused is not None:
        raise Trouble(refused)
    return password
