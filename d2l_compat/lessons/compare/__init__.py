"""Executed notebooks side by side: one page with a row per cell and a column per notebook.

``d2l-compat compare A.ipynb B.ipynb -o page.html`` compares any notebooks; for a folder in place
of the files it compares the lessons there, framework by framework. The page is one file: it asks the network
for nothing, and nothing that a notebook holds can run in it.
"""

from d2l_compat.lessons.compare.page import gallery_page, notebooks_page
from d2l_compat.lessons.compare.writing import write_page

__all__ = ["gallery_page", "notebooks_page", "write_page"]
