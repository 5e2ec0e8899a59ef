"""Find an address by what somebody typed, and the address near a point. One query each.

A text that matches nothing is not an error: the caller keeps it as words (DESIGN, "Addresses").
"""

from dataclasses import dataclass

from django.db import connection, transaction

from geo.folding import fold, split_number
from geo.metric import box_around

# Below this the trigrams of two street names meet by chance (measured on the streets of Cologne).
LIKE_ENOUGH = 0.5
MOST_LETTERS = 120


@dataclass(frozen=True, slots=True)
class Found:
    """An address or, without number, a street. Degrees (4326); `distance_m` where a place was given."""

    kind: str  # address | street
    street: str
    number: str
    postcode: str
    place: str
    lon: float
    lat: float
    distance_m: float | None = None

    @property
    def label(self) -> str:
        """As it is written on a letter: "Marktstraße 5, 99423 Weimar"."""
        street = f"{self.street} {self.number}".strip()
        town = f"{self.postcode} {self.place}".strip()
        return f"{street}, {town}" if town else street


def search(q: str, limit: int = 8, near: tuple[float, float] | None = None) -> list[Found]:
    """Addresses and streets like `q`, the best first; typing mistakes, umlauts and "str." do not matter.
    `near` (lon, lat) puts nearer ones of equal likeness first."""
    words, number = split_number(fold(q[:MOST_LETTERS]))
    if len(words) < 2:
        return []
    lon, lat = near or (None, None)
    wanted = {"words": words, "number": number, "lon": lon, "lat": lat, "limit": limit}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL pg_trgm.word_similarity_threshold = {LIKE_ENOUGH}")
        cursor.execute(SEARCH, wanted)
        return [Found(*row) for row in cursor.fetchall()]


def nearest(lon: float, lat: float, max_m: float = 150) -> Found | None:
    """The nearest house number within `max_m` metres of lon/lat, else the nearest street with a name, else None."""
    west, south, east, north = box_around(lon, lat, max_m).bounds
    place = {"lon": lon, "lat": lat, "max_m": max_m, "w": west, "s": south, "e": east, "n": north}
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, place)
        rows = cursor.fetchall()
    return min((Found(*row) for row in rows), key=lambda found: found.kind, default=None)  # "address" < "street"


HERE = "ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)"

# Likeness has two parts: how well the typed words are found within the entry, and, a little, how much else it says.
SEARCH = """
WITH likely AS (
    SELECT 'address' AS kind, street, number, postcode, place, point::geometry AS point, search,
           lower(replace(number, ' ', '')) AS door
      FROM geo_address WHERE %(words)s <%% search
    UNION ALL
    SELECT 'street', name, '', '', '', ST_ClosestPoint(run, ST_Centroid(run)), search, ''
      FROM (SELECT name, search, unnest(ST_ClusterWithin(geometry, 0.005)) AS run
              FROM geo_street WHERE %(words)s <%% search GROUP BY name, search) streets
), ranked AS (
    SELECT *, word_similarity(%(words)s, search) AS likeness,
           similarity(%(words)s, search) AS nothing_else,
           CASE WHEN door = %(number)s THEN 0
                WHEN door = '' THEN 1
                WHEN %(number)s <> '' AND door LIKE %(number)s || '%%' THEN 2
                ELSE 3 END AS door_rank,
           CASE WHEN %(lon)s::float8 IS NULL THEN NULL
                ELSE ST_Distance(point::geography, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography)
           END AS distance_m
      FROM likely
)
SELECT kind, street, number, postcode, place, ST_X(point), ST_Y(point), distance_m
  FROM ranked
 ORDER BY round(likeness::numeric, 1) DESC, door_rank, likeness DESC, distance_m, round(nothing_else::numeric, 1) DESC,
          street,
          substring(door FROM '^[0-9]+')::numeric NULLS FIRST, door, place
 LIMIT %(limit)s
"""

NEAREST = """
(SELECT 'address', street, number, postcode, place, ST_X(point::geometry), ST_Y(point::geometry),
        ST_Distance(point, [here]::geography)
   FROM geo_address WHERE ST_DWithin(point, [here]::geography, %(max_m)s)
  ORDER BY 8, id LIMIT 1)
UNION ALL
(SELECT 'street', name, '', '', '', ST_X(spot), ST_Y(spot), metres
   FROM (SELECT id, name, ST_ClosestPoint(geometry, [here]) AS spot,
                ST_Distance(geometry::geography, [here]::geography) AS metres
           FROM geo_street
          WHERE name <> '' AND geometry && ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4326)) streets
  WHERE metres <= %(max_m)s
  ORDER BY metres, id LIMIT 1)
""".replace("[here]", HERE)
