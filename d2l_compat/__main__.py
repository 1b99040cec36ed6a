"""``python -m d2l_compat`` is the command line, as ``d2l-compat`` is."""

import sys

from d2l_compat.commands.command_line import main

if __name__ == "__main__":
    sys.exit(main())
