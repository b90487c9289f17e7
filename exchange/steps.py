"""What a leg is told to do next, and what it tells of having done it: values between the player and a leg."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speak:
    """Say this; `times` 0 is without end."""

    text: str
    language: str
    voice: str
    times: int


@dataclass(frozen=True, slots=True)
class Sound:
    """Play the recording at `url`, or these keys' tones."""

    url: str
    digits: str
    times: int


@dataclass(frozen=True, slots=True)
class Quiet:
    """Say nothing for so many seconds."""

    seconds: int


Prompt = Speak | Sound | Quiet


@dataclass(frozen=True, slots=True)
class Listen:
    """Play the prompt, then wait `timeout` seconds for keys, speech or both."""

    prompt: tuple[Prompt, ...]
    keys: bool
    speech: bool
    timeout: int
    num_digits: int | None
    finish_on_key: str
    language: str


@dataclass(frozen=True, slots=True)
class Take:
    """Record what is said, `max_length` seconds at most; `callback` hears of the `events`."""

    max_length: int
    timeout: int
    finish_on_key: str
    beep: bool
    callback: str
    callback_method: str
    events: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ask:
    """Request the next document there, with these parameters beside the usual ones."""

    url: str
    method: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SendText:
    """Send a text; an empty `to` or `sender` is the one that belongs to this call or text."""

    to: str
    sender: str
    body: str
    media: tuple[str, ...]
    callback: str


@dataclass(frozen=True, slots=True)
class Target:
    """A number to be dialled; `callback` hears of the `events` of its call."""

    number: str
    callback: str = ""
    callback_method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring these phones, at once or one after another, `timeout` seconds; connect the first that answers.

    `caller_id` is what they see (empty: the one who is called or calls). Connected, they talk `time_limit`
    seconds at most. With `answer_on_bridge` a call that rings goes on ringing until then.
    """

    targets: tuple[Target, ...]
    caller_id: str
    timeout: int
    time_limit: int
    answer_on_bridge: bool
    sequential: bool


@dataclass(frozen=True, slots=True)
class Refuse:
    """Do not pick up: busy or rejected."""

    reason: str


@dataclass(frozen=True, slots=True)
class End:
    """Hang up; for a text: nothing more to do."""


Step = Prompt | Listen | Take | Ask | SendText | Dial | Refuse | End


@dataclass(frozen=True, slots=True)
class Converse:
    """Connected with this number: what is said is heard there. It is no step: a leg waits in it."""

    number: str


@dataclass(frozen=True, slots=True)
class Done:
    """The step is done and brought nothing."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """Keys came; `finished_on` is the key that ended them, if one did."""

    digits: str
    finished_on: str = ""


@dataclass(frozen=True, slots=True)
class Spoke:
    """Words were understood, with a confidence from 0 to 1."""

    text: str
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class Silence:
    """The time ran out and nothing came."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording stands; `digits` is the key that ended it, or "hangup"."""

    sid: str
    url: str
    seconds: int
    digits: str = ""


@dataclass(frozen=True, slots=True)
class Texted:
    """The text was taken for sending, or refused (then its status is "failed")."""

    sid: str
    status: str


@dataclass(frozen=True, slots=True)
class Dialled:
    """What was dialled has ended with this status; `sid` is empty where no call came about."""

    sid: str
    status: str
    seconds: int = 0
    bridged: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """The other side hung up."""


Happened = Done | Pressed | Spoke | Silence | Recorded | Texted | Dialled | Dropped
