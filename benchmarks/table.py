"""The Markdown table of measured rows, and the notes below it."""


def markdown(results):
    """Return the table of `results`, the content of results.json."""
    machine = ", ".join(f"{name} {value}" for name, value in results["machine"].items())
    lines = [
        f"{machine}. Medians of {results['repetitions']} interleaved repetitions; a ratio is the median of "
        "the ratios of each repetition.",
        "",
        "| | what | ratio | ours | theirs | against |",
        "| --- | --- | --- | --- | --- | --- |",
        *(_line(row) for row in results["rows"] if not row["why"]),
    ]
    left_out = [row for row in results["rows"] if row["why"]]
    lines += ["", *(f"- Left out: {row['what']}, {row['against']}: {row['why']}" for row in left_out)]
    return "\n".join(lines).rstrip() + "\n"


def _line(row):
    ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}"
    ours, theirs = (_figure(row[side], row["unit"]) for side in ("ours", "theirs"))
    cells = (row["framework"], row["what"], ratio, ours, theirs, row["against"])
    return f"| {' | '.join(cells)} |"


def _figure(value, unit):
    if value is None:
        return ""
    return f"{value:.3f} s" if unit == "s" else f"{value:.0f} {unit}"
