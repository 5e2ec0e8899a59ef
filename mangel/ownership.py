"""Who owns what: the active rules, read out zone by zone and matter by matter, for people (DESIGN 5.2.5)."""

from dataclasses import dataclass, field

from geo.lookup import ZoneHit, ZoneIndex
from mangel.catalogue import Catalogue
from mangel.models import Category, Office
from mangel.routing import DISTRICT, RoutingTable, choose

CITY = "city"


@dataclass
class Share:
    """An office and the matters it has on one piece of ground."""

    office: Office
    categories: list[Category] = field(default_factory=list)


@dataclass
class Ground:
    """A zone where not everything lies as elsewhere in the city. `zone` None: outside the city."""

    zone: ZoneHit | None
    shares: list[Share]


def office_at(table: RoutingTable, category: Category, zones: tuple[ZoneHit, ...], *, inside: bool = True) -> Office:
    """Who the rules name where no question was answered."""
    choice = choose(table.of(category), category.zone_layers, inside=inside, zones=zones, answers={})
    return table.catalogue.office_by_id[choice.office_id] if choice.office_id else table.catalogue.central()


def shares(pairs: list[tuple[Category, Office]]) -> list[Share]:
    """Matters by office, the office with most matters first."""
    found: dict[int, Share] = {}
    for category, office in pairs:
        found.setdefault(office.pk, Share(office)).categories.append(category)
    return sorted(found.values(), key=lambda share: (-len(share.categories), share.office.code))


def everywhere() -> list[tuple[Category, list[tuple[Category, Office]]]]:
    """(group, [(matter, office)]): who has it on ordinary ground of the city."""
    catalogue, table = Catalogue.current(), RoutingTable.current()
    return [
        (group, [(leaf, office_at(table, leaf, ())) for leaf in children])
        for group in catalogue.groups()
        if (children := catalogue.children(group))
    ]


def special_grounds() -> list[Ground]:
    """Zones of other owners, each with the matters that lie elsewhere than on ordinary ground; then outside."""
    catalogue, table, index = Catalogue.current(), RoutingTable.current(), ZoneIndex.current()
    leaves = catalogue.leaves()
    ordinary = {leaf.pk: office_at(table, leaf, ()).pk for leaf in leaves}
    found = []
    for zone in index.zones:
        if zone.layer in (CITY, DISTRICT):
            continue
        pairs = [
            (leaf, office) for leaf in leaves if (office := office_at(table, leaf, (zone,))).pk != ordinary[leaf.pk]
        ]
        if pairs:
            found.append(Ground(zone, shares(pairs)))
    outside = [(leaf, office_at(table, leaf, (), inside=False)) for leaf in leaves]
    moved = [(leaf, office) for leaf, office in outside if office.pk != ordinary[leaf.pk]]
    return found + ([Ground(None, shares(moved))] if moved and index.has_city else [])
