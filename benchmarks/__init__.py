"""How fast the helpers are: ``make bench``."""
