"""The kinds of lists, in the order in which an office reads them in."""

from kbl.intake.kinds.branches import Branches
from kbl.intake.kinds.handouts import Handouts
from kbl.intake.kinds.organisations import Organisations
from kbl.intake.kinds.reach import Reach
from kbl.intake.kinds.redemptions import Redemptions
from kbl.intake.kinds.service_areas import ServiceAreaList
from kbl.intake.kinds.stock import OpeningStock
from kbl.intake.kinds.users import Users
from kbl.intake.resource import Intake

KINDS: dict[str, type[Intake]] = {
    each.slug: each
    for each in (Organisations, Branches, ServiceAreaList, Users, OpeningStock, Handouts, Redemptions, Reach)
}
