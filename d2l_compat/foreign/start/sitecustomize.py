"""Redirects the imports of the Python process that starts, as ``%load_ext d2l_compat`` does in a notebook.

Then another `sitecustomize` has its turn, as if this file were not there.
"""

import importlib.util
import json
import os
import sys
from importlib.machinery import PathFinder

_HERE = os.path.dirname(__file__)
_PACKAGE = os.path.dirname(os.path.dirname(_HERE))


def _redirect():
    if importlib.util.find_spec("d2l_compat") is None:  # started by a kernel to which d2l_compat was lent
        spec = importlib.util.spec_from_file_location(
            "d2l_compat", os.path.join(_PACKAGE, "__init__.py"), submodule_search_locations=[_PACKAGE]
        )
        _execute("d2l_compat", spec)
    from d2l_compat.foreign import children, loaders, redirect

    redirect.install()
    loaders.install()
    redirect.told.update(json.loads(os.environ.pop(children.TOLD, "{}")))  # for this process alone


def _make_way():
    sys.path[:] = [entry for entry in sys.path if entry != _HERE]
    spec = PathFinder.find_spec("sitecustomize")
    if spec is not None:
        _execute("sitecustomize", spec)


def _execute(name, spec):
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])


try:
    _redirect()
except ImportError:  # another environment, whose programs may have nothing to do with the book
    sys.modules.pop("d2l_compat", None)
_make_way()
