"""How fast the layer is: ``make bench``."""
