"""Our own notebooks: executed, read, shown as pages, side by side, and in JupyterLab."""
