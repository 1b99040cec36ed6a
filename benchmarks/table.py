"""The Markdown tables of measured rows, and the notes below them."""

from collections import Counter

from d2l_compat.editions import WRITTEN


def markdown(results):
    """Return the tables of `results`, the content of results.json: what frameworks share, then the rest."""
    machine = ", ".join(f"{name} {value}" for name, value in results["machine"].items())
    rows = [row for row in results["rows"] if not row["why"]]
    times = Counter(map(_subject, rows))
    left_out = [row for row in results["rows"] if row["why"]]
    lines = [
        f"{machine}. Medians of {results['repetitions']} interleaved repetitions; a ratio is the median of "
        "the ratios of each repetition.",
        "",
        *_side_by_side([row for row in rows if times[_subject(row)] > 1]),
        "",
        *_one_by_one([row for row in rows if times[_subject(row)] == 1]),
        "",
        *(f"- Left out: {WRITTEN[row['framework']]}, {_subject(row)}: {row['why']}" for row in left_out),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _subject(row):
    return f"{row['what']} / {row['against']}" if row["against"] else row["what"]


def _side_by_side(rows):
    """Return the lines of a table with a column for each framework: the ratio, and what is ours."""
    frameworks = list(dict.fromkeys(row["framework"] for row in rows))
    cells = {(_subject(row), row["framework"]): row for row in rows}
    yield f"| ratio (ours) | {' | '.join(map(WRITTEN.__getitem__, frameworks))} |"
    yield "| --- " * (1 + len(frameworks)) + "|"
    for subject in dict.fromkeys(map(_subject, rows)):
        figures = (_ratio(cells.get((subject, framework))) for framework in frameworks)
        yield f"| {subject} | {' | '.join(figures)} |"


def _ratio(row):
    if row is None:
        return ""
    ours = _figure(row["ours"], row["unit"])
    return ours if row["ratio"] is None else f"{row['ratio']:.2f} ({ours})"


def _one_by_one(rows):
    """Return the lines of a table with a row for each figure of a single framework."""
    yield "| | | ratio | ours | theirs |"
    yield "| --- | --- | --- | --- | --- |"
    for row in rows:
        ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}"
        ours, theirs = (_figure(row[side], row["unit"]) for side in ("ours", "theirs"))
        yield f"| {WRITTEN.get(row['framework'], '')} | {_subject(row)} | {ratio} | {ours} | {theirs} |"


def _figure(value, unit):
    if value is None:
        return ""
    return f"{value:.3f} s" if unit == "s" else f"{value:.0f} {unit}"
