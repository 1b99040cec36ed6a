"""Runs in IPython a script that asks for it, as those do that ``jupyter nbconvert --to script`` writes."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from d2l_compat.foreign import extension
from d2l_compat.foreign.check import source


class _Shell(InteractiveShell):  # type: ignore[misc]  # which has no types
    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing: there is no prompt at which windows would need an event loop."""

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        """Show the error that ended the script; ``sys.exit`` is no error."""
        if not isinstance(sys.exc_info()[1], SystemExit):
            super().showtraceback(*args, **kwargs)


def main() -> int:
    """Run the script that is the first argument; the others are its own. Return its exit status."""
    del sys.argv[0]
    path = Path(sys.argv[0])
    sys.path[0] = str(path.absolute().parent)
    shell = _Shell.instance(user_ns={"__file__": str(path)})
    extension.load(shell)
    warnings.filterwarnings("ignore", "To exit: use")
    result = shell.run_cell(source.read(path).text, silent=True)
    if isinstance(result.error_in_exec, SystemExit):
        raise result.error_in_exec
    return int(not result.success)


if __name__ == "__main__":
    sys.exit(main())
