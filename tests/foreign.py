"""Runs notebooks as they are, one after another in one kernel, and prints what went wrong in each as JSON.

``python tests/foreign.py FRAMEWORK NOTEBOOK...`` in the folder that is to be their working directory.
"""

import functools
import json
import sys

from d2l_compat.lessons.quick_start import without_grammar

with without_grammar():
    import nbformat
    from jupyter_client.manager import start_new_kernel

# A reset looks for garbage; there is none in the frameworks, which are most of what there is to look through.
PREPARE = """
from d2l_compat import {framework}
from matplotlib import pyplot
import gc
gc.freeze()
"""
# Nothing that one notebook leaves behind may help or harm the next.
START = """
%reset -f
from d2l_compat import {framework}
{framework}.set_seed(0)
import sys
if "mxnet" in sys.modules:
    from mxnet import npx
    npx.reset_np()
from matplotlib import pyplot
pyplot.close("all")
pyplot.rcdefaults()
%reset -f
%load_ext d2l_compat
"""
END = "%unload_ext d2l_compat"


def main(framework, *notebooks):
    """Run the `notebooks`, which are written for `framework`, and print their complaints by path."""
    manager, client = start_new_kernel()
    try:
        client.execute_interactive(PREPARE.format(framework=framework), timeout=120)
        complaints = {path: complaint(client, framework, path) for path in notebooks}
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    print(json.dumps(complaints))


def complaint(client, framework, path):
    """Execute the cells of a notebook; return the first error, or our warnings, or an empty text."""
    said = []
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    for number, source in enumerate([START.format(framework=framework), *cells, END]):
        hook = functools.partial(listen, said, number)
        reply = client.execute_interactive(source, timeout=120, output_hook=hook)["content"]
        if reply["status"] != "ok":
            client.execute_interactive(END, timeout=120, output_hook=lambda message: None)
            return f"cell {number}: {reply['ename']}: {reply['evalue']}"
    return "".join(said)


def listen(said, number, message):
    """Note what this package makes a cell say on stderr; what old code makes the frameworks say is theirs."""
    content = message["content"]
    if content.get("name") == "stderr" and "d2l_compat" in content["text"]:
        said.append(f"cell {number}: {content['text']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
