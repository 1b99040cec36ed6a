"""The same inputs as in `fuzz_idx` and `fuzz_notebook`, led by what the code does with them: atheris.

``python tests/slow/fuzz_atheris.py idx -runs=1000000`` tries a million data files, ``notebook`` as many
notebooks; other options are libFuzzer's. An input with another end than the documented ones is written into
the working directory, and ends the run.
"""

import random
import sys
import tempfile

import atheris

with atheris.instrument_imports(include=["d2l_compat", "gzip"]):
    import gzip

    import fuzz_idx
    import fuzz_notebook


class Led(random.Random):
    """Random numbers that are the fuzzer's bytes; zeros once these are used up."""

    def __init__(self, data):
        super().__init__()
        self.data = atheris.FuzzedDataProvider(data)

    def random(self):
        """Return a fraction."""
        return self.data.ConsumeProbability()

    def getrandbits(self, k):
        """Return a whole number of `k` bits, from which all else is drawn."""
        return self.data.ConsumeIntInRange(0, (1 << k) - 1)


def idx(folder):
    """Return what to do with an input: a file, the content of one, or what follows the magic number there."""

    def try_input(data):
        kind, content = data[:1] or b"\0", data[1:]
        magic = (None, b"", *(content[:4] for content in fuzz_idx.VALID))[kind[0] % 4]
        fuzz_idx.check(content if magic is None else gzip.compress(magic + content, 1))

    return try_input


def notebook(folder):
    """Return what to do with an input: it chooses how a notebook is spoilt."""
    commands = fuzz_notebook.Commands(folder)
    return lambda data: commands.try_input(next(fuzz_notebook.inputs(Led(data))))


if __name__ == "__main__":
    kind = {"idx": idx, "notebook": notebook}[sys.argv.pop(1)]
    with tempfile.TemporaryDirectory() as folder:
        long = ["-len_control=0", "-max_len=4096"]  # from the start: short inputs spoil little
        atheris.Setup([sys.argv[0], *long, *sys.argv[1:]], kind(folder))
        atheris.Fuzz()
