"""The table of all helpers, by edition and framework, as the documents show it."""

from __future__ import annotations

from collections import defaultdict

from d2l_compat.editions import EDITIONS, FRAMEWORKS, WRITTEN


def table() -> str:
    """Return the Markdown table: a row for the helpers that the same faces have."""
    owners = defaultdict(set)
    for edition in EDITIONS.values():
        for name in {*edition.names, *edition.modules}:
            owners[name].add(edition.face)
    rows = defaultdict(list)
    for name, having in sorted(owners.items(), key=lambda item: item[0].lower()):
        rows[frozenset(having)].append(f"`{name}`")
    lines = [["helpers", *map(WRITTEN.__getitem__, FRAMEWORKS)], ["---"] * (1 + len(FRAMEWORKS))]
    for faces, names in sorted(rows.items(), key=lambda row: (-len(row[0]), row[1])):
        cells = [
            ", ".join(face for face in sorted(faces) if EDITIONS[face].framework == own) for own in FRAMEWORKS
        ]
        lines.append([" ".join(names), *cells])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
