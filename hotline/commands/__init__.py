"""What a short text asks for: a resident's command, a worker's command, the answer to the question of the
call-back. An ordinary sentence is never taken for any of them."""

from hotline.commands.resident import Add, Command, Help, Query, Reopen, Start, Stop, Urge, is_polite, read
from hotline.commands.rounds import RoundWords, read_round
from hotline.commands.same import read_same
from hotline.commands.verdict import Reply, read_verdict
from hotline.commands.waiting import read_extension, read_hold
from hotline.commands.whistle import read_here
from hotline.commands.wishes import Correct, Person, Progress, Withdraw, is_nudge, is_of
from hotline.commands.worker import Deed, Verb, read_deed, read_proof, read_reason

__all__ = [
    "Add", "Command", "Correct", "Deed", "Help", "Person", "Progress", "Query", "Reopen", "Reply", "RoundWords",
    "Start", "Stop", "Urge", "Verb", "Withdraw", "is_nudge", "is_of", "is_polite", "read", "read_deed",
    "read_extension", "read_here", "read_hold", "read_proof", "read_reason", "read_round", "read_same", "read_verdict",
]  # fmt: skip
