"""What the console needs to be handed in."""

from collections.abc import Mapping
from dataclasses import dataclass

from cases.phrases import Phrasebook
from dispatch.lines import Line
from dispatch.transaction import Door


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A demo account as the welcome page shows it; `role` is a code of dispatch.people.accounts.Role."""

    login: str
    password: str
    role: str


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """The door to the database, the words, the lines, and what kind of instance this is.

    `secure`: pages are reached by https, so cookies are sent over https only.
    `demo`: demo accounts to show, in rehearsal only.
    `public`: endpoints of others in the same app that need no sign-in (health checks).
    """

    door: Door
    phrasebook: Phrasebook
    lines: Mapping[str, Line]
    rehearsal: bool
    secure: bool = False
    demo: tuple[DemoLogin, ...] = ()
    public: frozenset[str] = frozenset()

    @property
    def home(self) -> str:
        """The code of the office that opens the door where nobody is signed in yet."""
        return next(iter(self.lines.values())).office
