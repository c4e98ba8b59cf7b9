"""Draw the world as seen from an election's capital: land, the home country, a part enlarged, and a point for each station.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python docs/build_map.py package --stations custody/data/elections/kz-2015/stations.csv --map kz-2015

In: world-atlas (npm, ISC; its data are Natural Earth, 1:110m and 1:50m, public domain) and the stations' coordinates. Out, into
projections/web: ``static/map-<map>.svg`` (the outlines) and ``maps/<map>.json`` (points and labels). It runs when somebody draws
a map anew; what it writes is committed, and a page asks nobody else for anything. No borders but the home country's, and no names
of seas or countries: there is nothing to dispute.

Lambert's azimuthal equal-area projection, centred on the capital: areas are true, every journey from the capital is a straight
line in its true direction, and what is farther than ``LIMIT`` is folded onto the rim. Standard library only.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

Point = tuple[float, float]
Box = tuple[float, float, float, float]
WEB: Final = Path(__file__).parents[1] / "projections" / "web"
LIMIT: Final = 132.0
"""Degrees from the centre; what is farther stands on the rim."""
SIZE: Final = 600
"""Width and height of the drawing."""
EDGE: Final = 2 * math.sin(math.radians(LIMIT) / 2)
SCALE: Final = (SIZE / 2 - 4) / EDGE
LEAST_AREA: Final = 9.0
"""Islands of fewer square units are left out."""
TIMES: Final = 5
"""So many units of the enlarged part to one of the drawing, for its finer outline."""
EARTH_KM: Final = 6371
RINGS_KM: Final = (3000, 6000, 9000, 12000)
VIEW: Final = (10, 78, 452, 421)
"""What is shown of the drawing: left, top, width, height."""
MAPS: Final[Mapping[str, Mapping[str, Any]]] = {
    "kz-2015": {
        "centre": (51.13, 71.43),
        "names": {"en": "Astana", "ru": "Астана", "kk": "Астана"},
        "home": "398",
        "part": (156.0, 226.0, 284.0, 346.0),
    }
}
"""Map -> latitude and longitude of its centre, the centre's names, the home country (ISO 3166 number), the part to enlarge."""


class Globe:
    """The projection around one centre."""

    def __init__(self, centre: Point) -> None:
        """``centre``: latitude and longitude in degrees."""
        self._latitude, self._longitude = map(math.radians, centre)

    def project(self, longitude: float, latitude: float) -> Point:
        """Degrees to units of the drawing."""
        la, lo = math.radians(latitude), math.radians(longitude) - self._longitude
        sin_0, cos_0 = math.sin(self._latitude), math.cos(self._latitude)
        cosine = sin_0 * math.sin(la) + cos_0 * math.cos(la) * math.cos(lo)
        away = min(math.acos(max(-1, min(1, cosine))), math.radians(LIMIT))
        bearing = math.atan2(math.cos(la) * math.sin(lo), cos_0 * math.sin(la) - sin_0 * math.cos(la) * math.cos(lo))
        radius = 2 * math.sin(away / 2) * SCALE
        return SIZE / 2 + radius * math.sin(bearing), SIZE / 2 - radius * math.cos(bearing)

    def path(
        self, rings: Iterable[Sequence[Point]], *, tolerance: float, box: Box | None = None, times: int = 1
    ) -> str:
        """The rings as one compact path of whole units, ``times`` to a unit, relative moves; cut to ``box``."""
        out: list[str] = []
        for ring in rings:
            points = [self.project(*place) for place in dense(ring)]
            if box:
                points = clip(points, box)
                points += points[:1]
            points = [(x * times, y * times) for x, y in points]
            if len(points) < 4:
                continue
            half = len(points) // 2  # a closed ring is simplified in two halves, so that its ends may move apart
            points = simplify(points[: half + 1], tolerance)[:-1] + simplify(points[half:], tolerance)
            if area(points) >= LEAST_AREA:
                out.append(ring_path([(round(x), round(y)) for x, y in points]))
        return "".join(out)


def ring_path(points: Sequence[tuple[int, int]]) -> str:
    """One closed ring as relative moves; empty where less than three of its points differ."""
    whole = [place for number, place in enumerate(points) if number == 0 or place != points[number - 1]]
    if len(whole) < 4:
        return ""
    (x, y), text = whole[0], []
    for next_x, next_y in whole[1:-1] if whole[0] == whole[-1] else whole[1:]:
        across, down = next_x - x, next_y - y
        text.append(f"{across}{'' if down < 0 else ' '}{down}")
        x, y = next_x, next_y
    return f"M{whole[0][0]} {whole[0][1]}l" + " ".join(text).replace(" -", "-") + "z"


def arcs_of(topology: Mapping[str, Any]) -> list[list[Point]]:
    """The arcs of a quantised TopoJSON, as lists of longitude and latitude."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for across, up in arc:
            x, y = x + across, y + up
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(points)
    return arcs


def rings_of(geometry: Mapping[str, Any], arcs: Sequence[list[Point]]) -> Iterator[list[Point]]:
    """All rings of a polygon, of several, or of a collection of them."""
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from rings_of(part, arcs)
        return
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    for ring in (ring for polygon in polygons for ring in polygon):
        points: list[Point] = []
        for index in ring:
            part = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += part[1:] if points else part
        yield points


def dense(points: Sequence[Point], step: float = 2.0) -> list[Point]:
    """Long straight edges (along the antimeridian, around Antarctica) bend when projected: points are put on them."""
    out = [points[0]]
    for (x0, y0), (x, y1) in pairwise(points):
        x1 = x + 360 * round((x0 - x) / 360)  # the shorter way round
        parts = max(1, int(max(abs(x1 - x0), abs(y1 - y0)) / step))
        out += [(x0 + (x1 - x0) * part / parts, y0 + (y1 - y0) * part / parts) for part in range(1, parts + 1)]
    return out


def simplify(points: Sequence[Point], tolerance: float) -> list[Point]:
    """Ramer, Douglas and Peucker, without recursion."""
    keep, stack = {0, len(points) - 1}, [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        farthest = max(range(first + 1, last), key=lambda at: away(points, at, ends=(first, last)), default=first)
        if farthest != first and away(points, farthest, ends=(first, last)) > tolerance:
            keep.add(farthest)
            stack += [(first, farthest), (farthest, last)]
    return [points[number] for number in sorted(keep)]


def away(points: Sequence[Point], at: int, *, ends: tuple[int, int]) -> float:
    """How far a point is from the line between two others."""
    (x0, y0), (x1, y1), (x, y) = points[ends[0]], points[ends[1]], points[at]
    length = math.hypot(x1 - x0, y1 - y0)
    if length <= 1e-6:
        return math.hypot(x - x0, y - y0)
    return abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length


def area(points: Sequence[Point]) -> float:
    """Square units within a ring."""
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


def clip(points: list[Point], box: Box) -> list[Point]:
    """Sutherland and Hodgman, against the four sides of a box: left, top, right, bottom."""
    left, top, right, bottom = box
    for axis, bound, sign in ((0, left, 1), (0, right, -1), (1, top, 1), (1, bottom, -1)):
        out: list[Point] = []
        for one, two in zip(points, points[1:] + points[:1], strict=True):
            a, b = sign * (one[axis] - bound), sign * (two[axis] - bound)
            if a >= 0:
                out.append(one)
            if a * b < 0:
                part = a / (a - b)
                out.append((one[0] + part * (two[0] - one[0]), one[1] + part * (two[1] - one[1])))
        points = out
        if not points:
            break
    return points


def labelled(points: Mapping[str, Point], *, unit: float, box: Box | None) -> dict[str, list[float]]:
    """A place for the label of each point beside it, away from other points and labels as far as there is one.

    ``unit``: size of the letters. Each: how far right and down it begins, and -1 where it ends there.
    """
    inside = {
        code: (x, y)
        for code, (x, y) in points.items()
        if (box is None) or (box[0] < x < box[2] and box[1] < y < box[3])
    }
    taken = [(x - unit / 2, y - unit / 2, x + unit / 2, y + unit / 2) for x, y in inside.values()]
    found: dict[str, list[float]] = {}
    for code, (x, y) in sorted(inside.items(), key=lambda item: item[1]):
        choices = [(across, down, way) for way in (1, -1) for down in (0.35, -0.45, 1.15) for across in (way * 0.75,)]
        spots = [(spot(x, y, unit=unit, choice=choice), choice) for choice in choices]
        area_taken, (across, down, way) = min(spots, key=lambda item: sum(overlap(item[0], other) for other in taken))
        taken.append(area_taken)
        found[code] = [round(across * unit, 1), round(down * unit, 1), way]
    return found


def spot(x: float, y: float, *, unit: float, choice: tuple[float, float, int]) -> Box:
    """Where a label of three letters would stand."""
    across, down, way = choice
    begin, end = sorted((x + across * unit, x + across * unit + way * 2.1 * unit))
    return begin, y + (down - 0.75) * unit, end, y + down * unit


def overlap(one: Box, two: Box) -> float:
    """Square units that two boxes share."""
    wide = min(one[2], two[2]) - max(one[0], two[0])
    high = min(one[3], two[3]) - max(one[1], two[1])
    return wide * high if wide > 0 and high > 0 else 0.0


def build(atlas: Path, *, stations: Path, name: str) -> None:
    """Write both files of a map."""
    own = MAPS[name]
    globe, part = Globe(own["centre"]), own["part"]
    files = ("land-110m", "countries-110m", "land-50m")
    land, countries, finer = (json.loads((atlas / f"{file}.json").read_text()) for file in files)
    home = next(one for one in countries["objects"]["countries"]["geometries"] if one.get("id") == own["home"])
    paths = {
        "land": globe.path(rings_of(land["objects"]["land"], arcs_of(land)), tolerance=0.9),
        "home": globe.path(rings_of(home, arcs_of(countries)), tolerance=0.4),
        "part": globe.path(rings_of(finer["objects"]["land"], arcs_of(finer)), tolerance=1.3, box=part, times=TIMES),
    }
    drawn = "".join(f'<path id="{key}" fill-rule="evenodd" d="{path}"/>' for key, path in paths.items())
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><defs>{drawn}</defs></svg>\n'
    (WEB / "static" / f"map-{name}.svg").write_text(svg, encoding="utf-8")
    with stations.open(encoding="utf-8") as file:
        points = {row["station"]: globe.project(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)}
    outside = {code: at for code, at in points.items() if not (part[0] < at[0] < part[2] and part[1] < at[1] < part[3])}
    told = {
        "view": VIEW,
        "names": own["names"],
        "centre": [SIZE / 2, SIZE / 2],
        "rings": [round(2 * math.sin(km / EARTH_KM / 2) * SCALE, 1) for km in RINGS_KM],
        "part": part,
        "scale": 1 / TIMES,
        "stations": {code: [round(x, 1), round(y, 1)] for code, (x, y) in points.items()},
        "labels": labelled(outside, unit=9, box=None),
        "part_labels": labelled(points, unit=2.6, box=part),
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (WEB / "maps" / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw a map for the pages.")
    parser.add_argument("atlas", type=Path)
    parser.add_argument("--stations", type=Path, required=True)
    parser.add_argument("--map", choices=sorted(MAPS), required=True)
    asked = parser.parse_args()
    build(asked.atlas, stations=asked.stations, name=asked.map)
