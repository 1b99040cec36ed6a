"""Execute the notebooks and show them: pages for a browser, and an index that compares their results.

``python -m d2l_compat.gallery run NOTEBOOKS OUT`` executes into another folder,
``python -m d2l_compat.gallery refresh NOTEBOOKS`` executes in place, on the real data only.
"""
