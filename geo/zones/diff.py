"""What an import would change, or has changed."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Change:
    """A zone whose ground or attributes differ. `moved_m2`: ground won plus ground lost."""

    code: str
    what: tuple[str, ...]
    moved_m2: float = 0.0

    def __str__(self) -> str:
        moved = f", {self.moved_m2:,.0f} m² moved" if "geometry" in self.what else ""
        return f"{self.code} ({', '.join(self.what)}{moved})"


@dataclass
class Diff:
    """The truthful difference between a layer and a file. Codes are sorted, areas are m²."""

    layer: str
    dry_run: bool = False
    added: list[str] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # there already and, by wish, left as they are
    merged: list[str] = field(default_factory=list)  # several features of one code
    repaired: list[tuple[str, str]] = field(default_factory=list)  # code, what was wrong
    skipped: list[tuple[str, str]] = field(default_factory=list)  # feature, why
    overlaps: list[tuple[str, str, float]] = field(default_factory=list)
    gaps: list[tuple[float, float, float]] = field(default_factory=list)  # m², lon, lat
    users: dict[str, list[str]] = field(default_factory=dict)  # of ended codes, when forced

    @property
    def writes(self) -> bool:
        """Whether the layer differs from the file at all."""
        return bool(self.added or self.changed or self.ended)

    def lines(self, most: int = 20) -> list[str]:
        """For a terminal: a line per kind, then at most `most` details each."""
        head = (
            f"{self.layer}: {len(self.added)} added, {len(self.changed)} changed, {len(self.ended)} ended, "
            f"{len(self.unchanged)} unchanged"
        )
        details: dict[str, list[Any]] = {
            "kept": self.kept,
            "added": self.added,
            "changed": self.changed,
            "ended": self.ended,
            "merged (several features, one code)": self.merged,
            "repaired": [f"{code}: {why}" for code, why in self.repaired],
            "skipped": [f"{feature}: {why}" for feature, why in self.skipped],
            "overlaps": [f"{one} and {other}: {area:,.1f} m²" for one, other, area in self.overlaps],
            "gaps": [f"{area:,.1f} m² at {lon:.5f},{lat:.5f}" for area, lon, lat in self.gaps],
            "ended although in use": [f"{code}: {', '.join(names)}" for code, names in self.users.items()],
        }
        lines = [head]
        for title, entries in details.items():
            if entries:
                lines.append(f"  {title}: {len(entries)}")
                lines += [f"    {entry}" for entry in entries[:most]]
                if len(entries) > most:
                    lines.append(f"    … and {len(entries) - most} more")
        return [*lines, "dry run: nothing was written"] if self.dry_run else lines
