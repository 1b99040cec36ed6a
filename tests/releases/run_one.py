"""Import one published module and its face in this process, make every call on both, write what differs.

``PYTHONPATH=tests python tests/releases/run_one.py d2l-0.17.6-torch RESULT.json``
"""

from __future__ import annotations

import functools
import importlib
import json
import sys
from collections import Counter
from pathlib import Path

import facts
import stand_ins
from battery import calls, parameters
from fetch import unpacked
from kits import NotHereError, kit_of
from manifest import HELPERS, NAMES, PUBLISHED
from worlds import World


def main(name, target):
    """Compare one published module with its face, and write the result as JSON."""
    published = next(published for published in PUBLISHED if published.name == name)
    release, face = _import_both(published)
    result = {"module": name, "face": published.face, **compare(release, face, published)}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _import_both(published):
    stand_ins.install()
    kit_of(published.kit).read_here(stand_ins.part)
    sys.path.insert(0, str(unpacked(published.file)))
    with stand_ins.stubs(published.stubs):
        release = importlib.import_module(published.module)
    sys.path.pop(0)
    # A face asks an installed d2l for what it lacks; that would be the release itself.
    for module in [module for module in sys.modules if module.split(".")[0] == published.file.project]:
        del sys.modules[module]
    sys.meta_path.insert(0, stand_ins.NoD2L)
    return release, importlib.import_module(f"d2l_compat.{published.face}")


def compare(release, face, published):
    """Return the counts of calls and facts, what differs, and what the battery leaves out."""
    from cases import CASES

    world = functools.partial(World, kit_of(published.kit))
    provided = NAMES[published.face]
    shared = [name for name in HELPERS if hasattr(release, name) and name in provided]
    different = [_missing(name) for name in HELPERS if hasattr(release, name) and name not in provided]
    counts, helpers, refused = Counter(), Counter(), {}
    named = dict.fromkeys(shared)
    for call in calls([case for case in CASES if case.helper in shared], release):
        try:
            seen, face_seen = (_see(call, world, module) for module in (release, face))
        except NotHereError:
            continue
        named[call.helper] = (named[call.helper] or set()) | call.named
        counts["calls"] += 1
        counts["facts"] += len(seen[0])
        helpers[call.helper] += 1
        if seen[1] and face_seen[1]:
            refused[f"{call.helper}: {call.name}"] = seen[1]
        for fact in facts.differences(seen[0], face_seen[0]):
            different.append(_difference(call, fact, seen, face_seen))
    return {
        **counts,
        "helpers": {name: helpers[name] for name in shared},
        "both raise": refused,
        "untried": _untried(release, named),
        "differences": different,
    }


def _missing(name):
    return {"helper": name, "case": "", "fact": "is there", "release": "True", "face": "False"}


def _see(call, world, module):
    made = world(module)
    return facts.of_call(call.make(made, module), made)


def _difference(call, fact, seen, face_seen):
    def shown(side):
        known, error = side
        return (
            error if fact == "raises" and error else facts.shown(known[fact]) if fact in known else "absent"
        )

    return {
        "helper": call.helper,
        "case": call.name,
        "fact": fact,
        "release": shown(seen),
        "face": shown(face_seen),
    }


def _untried(release, named):
    """Return the helpers that no call is of, and the parameters that none passes, as ``helper.parameter``."""
    untried = [helper for helper, tried in named.items() if tried is None]
    for helper, tried in named.items():
        function = getattr(release, helper)
        if getattr(function, "__module__", None) == release.__name__ and function.__name__ != "<lambda>":
            wanted = [name for name in parameters(function) if name != "kwargs"]
            untried += [f"{helper}.{name}" for name in wanted if name not in (tried or ())]
    return untried


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
