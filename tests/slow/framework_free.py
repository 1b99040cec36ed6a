"""A plugin of pytest: of the tests it collects, those that need no framework."""

NEED_ONE = {"d2l", "backend", "face", "framework"}


def pytest_collection_modifyitems(config, items):
    """Leave out the tests that have one of these fixtures or parameters."""
    left_out = [item for item in items if NEED_ONE & set(item.fixturenames)]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
