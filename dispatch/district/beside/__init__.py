"""What stands beside the units of a district: where residents go, who patrols, whom one may ask, who else answers.

The form in a raw district (every part may be missing; `serves` are service lines or categories, each with its branch):

    points       [{"code", "name", "unit", "address"?: {"zh", "en"}, "at"?: [longitude, latitude] in WGS 84,
                 "grid"?, "serves"?: […], "hours"?: ["12345 09:00-17:00", …], "phone"?}]
    teams        [{"code", "name", "unit", "members"?: [a worker, …], "grids"?: [its beat, …]}]
                 rows of `duty` may name a team in the place of a unit: that is its rota
    experts      [{"code", "name", "skills"?: […], "serves"?: […], "worker"? or "body"?: {"zh", "en"} and "phone"?,
                 "hours"?}]                       inside: the code of a worker; outside: the body they are found at
    other_lines  [{"number", "name", "what"?: {"zh", "en"}, "serves"?: […], "levels"?: ["L1", …]}]
                 a caller with such a matter of such a level is told of
                 them; with levels alone whatever the matter

Hours: the days (1 is Monday), then from when to when; an end at or before its beginning is the next day's. Their
telephone numbers are public ones, so they stand here; a person's own number does not.
"""

from dispatch.district.beside.model import Beside, Expert, NeighbourLine, ServicePoint, Team

__all__ = ["Beside", "Expert", "NeighbourLine", "ServicePoint", "Team"]
