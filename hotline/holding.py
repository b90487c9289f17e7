"""A caller in danger stays on the line: whoever has the case is rung to speak with them, one after another."""

from uuid import UUID

from cases.danger import Danger
from cases.loop.deeds import standing
from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.duty import moves
from dispatch.duty.moves import MoveReason
from dispatch.locating import locate
from dispatch.loop import visits
from dispatch.loop.who import by_id
from dispatch.people.parties import number_of
from dispatch.ringing.placing import is_to_ring, number_known
from dispatch.transaction import Tx
from dispatch.understanding import Understood, understand
from hotline import speaking
from hotline.athand import Call
from hotline.events import TurnIn
from hotline.hearing import place_in
from hotline.menu import Move
from hotline.speaking import Way
from hotline.twiml import Dial, Document, Pause, Redirect

RINGS_FOR = 20  # seconds at one person before the next is rung
_BREATH = 3  # seconds where there is nobody whom one could ring


def danger(found: Understood) -> tuple[Danger, ...]:
    """What a caller is in danger of."""
    return () if found.complains_of else found.matter.danger


def came(tx: Tx, at: Call, turn: TurnIn) -> None:
    """What came of connecting somebody in danger, and where they are, as soon as they say it."""
    case_id: UUID = at.row.case_id
    if turn.spoke:
        spoke(tx, case_id, turn.dialed_seconds or 0)
    elif turn.dialed:
        not_reached(tx, case_id)
    if turn.speech and place_in({"place": turn.speech}, tx.district).place is not None:
        locate(tx, case_id, understand(tx, at.words.get("matter", ""), place_text=turn.speech), "")


def spoke(tx: Tx, case_id: UUID, seconds: int) -> None:
    """The caller was connected with whoever has the case: it is theirs, and the first contact is made."""
    case = standing(tx, case_id, lock=True)
    holder: UUID | None = case.row.worker_id
    if holder is not None and is_to_ring(tx, case):
        visits.sign(tx, by_id(tx, holder), case_id)
    visits.contacted(tx, case_id, holder, seconds)


def not_reached(tx: Tx, case_id: UUID) -> None:
    """Whoever has it did not answer: the next one has it, and is rung to speak with the caller. When all were rung the
    first is rung again."""
    case = standing(tx, case_id, lock=True)
    if is_to_ring(tx, case):
        moves.hand_on(tx, case_id, MoveReason.NOT_ANSWERED, ring=False)


def left(tx: Tx, case_id: UUID) -> None:
    """The caller rang off before they spoke with anybody: whoever has it is rung at once."""
    if is_to_ring(tx, standing(tx, case_id, lock=True)):
        errands.put(tx, Kind.RING_NEXT, case_id, tx.now, case_id)


def document(tx: Tx, move: Move, turn: TurnIn, way: Way, case_id: UUID) -> Document:
    """What is said, then whoever has the case rings; what came of it comes to our next turn."""
    says = speaking.speak(tx.phrase, move.says)
    party_id = number_known(tx, standing(tx, case_id).row.worker_id)
    if party_id is None:
        return Document((*says, Pause(_BREATH), Redirect(way.next_turn)))
    dial = Dial(number_of(tx, party_id), turn.line.number, way.next_turn, RINGS_FOR)
    return Document((*says, dial, Redirect(way.next_turn)))
