"""The places of the console that the bar leads to, for whoever is signed in: some at hand, others in groups."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from flask import current_app, request, url_for

from dispatch.people.accounts import Account, Role


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the bar: its endpoint, the message that names it, its group, for which roles it is (none named: for
    all), and which of them have it at hand."""

    endpoint: str
    label: str
    group: str
    roles: tuple[Role, ...] = ()
    at_hand: tuple[Role, ...] = ()

    @property
    def address(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        """Whether this request is for a page of this place."""
        return (request.endpoint or "").partition(".")[0] == self.endpoint.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Bar:
    """What the bar shows: the places at hand, and the others by their groups."""

    at_hand: tuple[Place, ...] = ()
    more: tuple[tuple[str, tuple[Place, ...]], ...] = ()

    @property
    def here(self) -> Place | None:
        """The place of this request."""
        return next((place for place in (*self.at_hand, *self._others()) if place.is_here), None)

    @property
    def is_beyond(self) -> bool:
        """Whether this request is for a place that is not at hand."""
        return any(place.is_here for place in self._others())

    def _others(self) -> Iterable[Place]:
        return (place for _, group in self.more for place in group)


_OFFICE = (Role.DISPATCHER, Role.SUPERVISOR)
_RUNS_IT = (*_OFFICE, Role.ADMIN)
_OUTSIDE = (Role.COMMITTEE, Role.WORKER)

PLACES = (
    Place("desk.page", "console.place.desk", "work", at_hand=tuple(Role)),
    Place("new.page", "console.place.new", "work", _OFFICE, at_hand=_OFFICE),
    Place("overdue.page", "console.place.overdue", "work", at_hand=tuple(Role)),
    Place("callbacks.page", "console.place.callbacks", "work", _OFFICE, at_hand=_OFFICE),
    Place("same.page", "same.page.title", "work", _OFFICE),
    Place("rounds.page", "console.place.rounds", "work", at_hand=_OUTSIDE),
    Place("map.page", "console.place.map", "work", at_hand=_OUTSIDE),
    Place("figures.page", "console.place.figures", "watch", at_hand=(Role.SUPERVISOR,)),
    Place("failures.page", "console.place.failures", "watch", _RUNS_IT, at_hand=(Role.ADMIN,)),
    Place("duty.page", "console.place.duty", "set_up", at_hand=_OUTSIDE),
    Place("calendar.page", "console.place.calendar", "set_up", _RUNS_IT),
    Place("rules.page", "console.place.rules", "set_up", (Role.SUPERVISOR, Role.ADMIN), at_hand=(Role.ADMIN,)),
    Place("accounts.page", "console.place.accounts", "set_up", (Role.ADMIN,), at_hand=(Role.ADMIN,)),
    Place("phone.page", "console.place.phone", "rehearsal"),
)


def bar(account: Account | None) -> Bar:
    """The bar of this account, of what this app has. A menu for a single place would be no help: it is at hand too."""
    if account is None:
        return Bar()
    mine = [
        place
        for place in PLACES
        if place.endpoint in current_app.view_functions and (not place.roles or account.role in place.roles)
    ]
    near = [place for place in mine if account.role in place.at_hand]
    others = [place for place in mine if place not in near]
    if len(others) < 2:
        return Bar((*near, *others))
    return Bar(tuple(near), tuple((name, tuple(group)) for name, group in groupby(others, lambda place: place.group)))
