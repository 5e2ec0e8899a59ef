"""Find an address by what somebody typed, and the address near a point. One query each.

A text that matches nothing is not an error: the caller keeps it as words (DESIGN, "Addresses").
"""

from django.db import connection, transaction

from geo import geocoder
from geo.folding import fold, split_number
from geo.found import Found
from geo.metric import box_around
from pwa.prepared import prepared

# The index hands over what shares this part of its trigrams; a short name with two swapped letters has no more left.
WORTH_A_LOOK = 0.3
# Below this two names are alike by chance (measured on the streets of Cologne).
LIKE_ENOUGH = 0.55
MOST_LETTERS = 120
DOORS_BESIDE = 3


def search(q: str, limit: int = 8, near: tuple[float, float] | None = None) -> list[Found]:
    """Addresses and streets like `q`, the best first; typing mistakes, umlauts and "str." do not matter.
    `near` (lon, lat) puts nearer ones of equal likeness first. An outside geocoder, where the city switched one on, is
    asked when ours knows nothing."""
    words, number = split_number(fold(q[:MOST_LETTERS]))
    if len(words) < 2:
        return []
    lon, lat = near or (None, None)
    wanted = {"words": words, "number": number, "lon": lon, "lat": lat, "limit": limit, "enough": LIKE_ENOUGH}
    # With a number typed, other doors of a street should not crowd out the next street.
    wanted["doors"] = DOORS_BESIDE if number else limit
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL pg_trgm.word_similarity_threshold = {WORTH_A_LOOK}")
        cursor.execute(SEARCH, wanted)
        found = [Found(*row) for row in cursor.fetchall()]
    return found or geocoder.search(q[:MOST_LETTERS], limit)


def nearest(lon: float, lat: float, max_m: float = 150) -> Found | None:
    """The nearest house number within `max_m` metres of lon/lat, else the nearest street with a name, else None."""
    west, south, east, north = box_around(lon, lat, max_m).bounds
    place = {"lon": lon, "lat": lat, "max_m": max_m, "w": west, "s": south, "e": east, "n": north}
    with prepared() as cursor:
        cursor.execute(NEAREST, place)
        rows = cursor.fetchall()
    return min((Found(*row) for row in rows), key=lambda found: found.kind, default=None)  # "address" < "street"


HERE = "ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)"

# First the names (few), then the doors of the best of them.
SEARCH = """
WITH alike AS (
    SELECT name, postcode, place, likeness, similarity(%(words)s, search) AS nothing_else
      FROM (SELECT *, greatest(
                       word_similarity(%(words)s, search),
                       -- The name comes first in an entry: letters wrong in as many as were typed, or one forgotten.
                       1 - least(levenshtein(%(words)s, left(search, length(%(words)s))),
                                 levenshtein(%(words)s, left(search, length(%(words)s) + 1))
                           )::float / length(%(words)s)
                   ) AS likeness
              FROM geo_streetname WHERE %(words)s <%% search) looked_at
     WHERE likeness >= %(enough)s
     ORDER BY likeness DESC, nothing_else DESC, name, place LIMIT 30
), found AS (
    SELECT 'address' AS kind, alike.name, house.number, alike.postcode, alike.place, house.point::geometry AS point,
           likeness, nothing_else, house.door, house.door_rank
      FROM alike CROSS JOIN LATERAL (
           SELECT number, point, door, first_digits,
                  CASE WHEN door = %(number)s THEN 0
                       WHEN %(number)s <> '' AND door LIKE %(number)s || '%%' THEN 2
                       ELSE 3 END AS door_rank
             FROM (SELECT number, point, lower(replace(number, ' ', '')) AS door,
                          substring(number FROM '^[0-9]+')::numeric AS first_digits
                     FROM geo_address
                    WHERE street = alike.name AND postcode = alike.postcode AND place = alike.place) doors
            ORDER BY door_rank, first_digits NULLS FIRST, door LIMIT %(doors)s) house
    UNION ALL
    SELECT 'street', alike.name, '', '', '', ST_ClosestPoint(street.run, ST_Centroid(street.run)),
           likeness, nothing_else, '', 1
      FROM (SELECT name, max(likeness) AS likeness, max(nothing_else) AS nothing_else FROM alike GROUP BY name) alike
           CROSS JOIN LATERAL (
               SELECT unnest(ST_ClusterWithin(geometry, 0.005)) AS run FROM geo_street
                WHERE geo_street.name = alike.name AND geo_street.name <> '') street
), placed AS (
    SELECT *, CASE WHEN %(lon)s::float8 IS NULL THEN NULL
                   ELSE ST_Distance(point::geography, [here]::geography) END AS distance_m
      FROM found
)
SELECT kind, name, number, postcode, place, ST_X(point), ST_Y(point), distance_m
  FROM placed
 ORDER BY round(likeness::numeric, 1) DESC, door_rank, likeness DESC, distance_m, round(nothing_else::numeric, 1) DESC,
          name, substring(door FROM '^[0-9]+')::numeric NULLS FIRST, door, place
 LIMIT %(limit)s
""".replace("[here]", HERE)

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
