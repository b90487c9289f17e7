"""The places of the console that the bar leads to, for whoever is signed in."""

from dataclasses import dataclass

from flask import current_app, request, url_for

from dispatch.people.accounts import Account, Role


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the bar: its endpoint, the message that names it, and for which roles (none named: for all)."""

    endpoint: str
    label: str
    roles: tuple[Role, ...] = ()

    @property
    def address(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        """Whether this request is for a page of this place."""
        return (request.endpoint or "").partition(".")[0] == self.endpoint.partition(".")[0]


PLACES = (
    Place("desk.page", "console.place.desk"),
    Place("new.page", "console.place.new", (Role.DISPATCHER, Role.SUPERVISOR)),
    Place("overdue.page", "console.place.overdue"),
    Place("callbacks.page", "console.place.callbacks", (Role.DISPATCHER, Role.SUPERVISOR)),
    Place("same.page", "same.page.title", (Role.DISPATCHER, Role.SUPERVISOR)),
    Place("rounds.page", "console.place.rounds"),
    Place("figures.page", "console.place.figures"),
    Place("map.page", "console.place.map"),
    Place("duty.page", "console.place.duty"),
    Place("calendar.page", "console.place.calendar", (Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN)),
    Place("rules.page", "console.place.rules", (Role.SUPERVISOR, Role.ADMIN)),
    Place("failures.page", "console.place.failures", (Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN)),
    Place("accounts.page", "console.place.accounts", (Role.ADMIN,)),
    Place("phone.page", "console.place.phone"),  # in rehearsal only
)


def places(account: Account | None) -> list[Place]:
    """Those that this account is led to, of what this app has."""
    if account is None:
        return []
    return [
        place
        for place in PLACES
        if place.endpoint in current_app.view_functions and (not place.roles or account.role in place.roles)
    ]
