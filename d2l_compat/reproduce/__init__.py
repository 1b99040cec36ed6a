"""The published figures put to the test: every edition is trained many times, from many seeds.

``d2l-compat reproduce`` trains, keeps each finished run, and writes a page, a JSON file and a
Markdown table that say where the published figures lie among the runs. Nothing is tuned to hit one.
"""
