"""A folder for PYTHONPATH: the Python processes that have it there run its `sitecustomize` as they start."""
