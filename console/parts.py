"""What the console needs to be handed in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import sleep

from cases.phrases import Phrasebook
from console.entry.reading import ReadDoor
from console.phone.parts import PhoneParts
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
    `proxies`: addresses of proxies of ours, whose X-Forwarded-For names the client.
    `wait`: pauses for so many seconds, less where something was committed meanwhile. `ending`: whether this
    process was told to end, so that what would stay open for ever ends too.
    `phone`: what the telephones' page needs; None where there is no such page (DESIGN section 7).
    """

    door: Door
    phrasebook: Phrasebook
    lines: Mapping[str, Line]
    rehearsal: bool
    secure: bool = False
    demo: tuple[DemoLogin, ...] = ()
    public: frozenset[str] = frozenset()
    proxies: frozenset[str] = frozenset()
    wait: Callable[[float], None] = sleep
    ending: Callable[[], bool] = lambda: False
    phone: PhoneParts | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "door", ReadDoor.of(self.door))

    @property
    def home(self) -> str:
        """The code of the office that opens the door where nobody is signed in yet."""
        return next(iter(self.lines.values())).office
