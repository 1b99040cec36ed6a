"""The command line, and the commands about the package itself: its environment and its editions."""
