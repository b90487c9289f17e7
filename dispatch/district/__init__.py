"""The district: its units, estates, roads, grids, people and duty table.

The form that `parse_district` reads (a JSON object; every name is {"zh": "…", "en": "…"}):

    office      {"code", "name"}
    duty_desk   {"name", "phone"?}                            stands under the office
    committees  [{"code", "name"}]
    courtyards  [{"code", "name", "committee"}]
    grids       [{"code", "committee", "worker"?}]
    map         a GeoJSON FeatureCollection, optional: one Polygon or MultiPolygon for each grid,
                properties.grid names it, WGS 84; in the sample it is the file grids.geojson beside
    workers     [{"code", "unit", "name", "role", "phone"?, "skills"?: […], "languages"?: ["zh_CN", …],
                "capacity"?: 1 … 999}]                        roles are the words of `Role`; a skill is a word like
                a code ("welding"), a rule may ask for it; capacity: cases in hand, default of the policy
    estates     [{"name", "aliases"?: […], "buildings": [{"number": "3", "units": 3 or ["1", …],
                "courtyard", "grid"?}]}]
    roads       [{"name", "aliases"?: […], "stretches": [{"from": 1, "to": 99, "committee",
                "courtyard"?, "grid"?}]}]
    duty        [{"unit", "days"?: [0 … 6, 0 is Monday; default all], "from": "08:00", "to": "20:00",
                "worker"}]                                    "to" at or before "from" is the next day

Telephone numbers are for the loader alone: `phones(raw)` lists them, `without_phones(raw)` is the form to
keep. Ids are made of the codes, so that the same file always gives the same ids.
"""

from dispatch.district.check import warnings
from dispatch.district.model import (
    Building,
    District,
    DutyDesk,
    DutyRow,
    Estate,
    Grid,
    Road,
    Role,
    Stretch,
    Unit,
    UnitKind,
    Worker,
)
from dispatch.district.parse import DistrictErrors, parse_district
from dispatch.district.phones import phones, without_phones

__all__ = [
    "Building",
    "District",
    "DistrictErrors",
    "DutyDesk",
    "DutyRow",
    "Estate",
    "Grid",
    "Road",
    "Role",
    "Stretch",
    "Unit",
    "UnitKind",
    "Worker",
    "parse_district",
    "phones",
    "warnings",
    "without_phones",
]
