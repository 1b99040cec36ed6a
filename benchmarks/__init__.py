"""How fast the layer is: ``make bench``; ``python -m benchmarks.wall`` times the commands of the Makefile."""
