"""JAX's compiled functions: shared between calls where the traced program is the same, and only there."""

import functools

import jax
import numpy as np
import pytest
from jax import numpy as jnp

from d2l_compat.helpers import jax_programs

pytestmark = pytest.mark.framework("jax")

X = jnp.arange(1.0, 4.0)


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    """Begin with no programs, and return those that are kept."""
    monkeypatch.setattr(jax_programs, "_kept", {})
    return jax_programs._kept


def compiled(function):
    """Return `function` as the net whose scores a step returns, along with no gradient of its own."""
    step = jax_programs.value_and_grad(lambda param, *args: (param, (function(*args),)))
    return lambda *args: step(1.0, *args)[0][1][0]


def run(function, *args):
    """Return the result of a pass of one call."""
    return np.asarray(compiled(function)(*args))


def objective(function):
    """Return the sum of what `function` gives, and that."""

    def of(x):
        y = function(x)
        return y.sum(), (y,)

    return of


def gradient(function, x):
    """Return the gradient of a pass of one call."""
    return np.asarray(jax_programs.value_and_grad(objective(function))(x)[1])


@jax.custom_jvp
def clipped(x):
    return jnp.clip(x, -1, 1)


@clipped.defjvp
def _(primals, tangents):
    return clipped(*primals), tangents[0] * 0.5  # calls the function itself, as that of relu does


key = jax.random.key(0)
UNCHANGED = {
    "arithmetic": lambda x: x * 2 + 1,
    "relu": jax.nn.relu,
    "own-rule": clipped,
    "array": lambda x: x * np.array([1.0, 2.0, 3.0], "float32"),
    "key": lambda x: x * jax.random.normal(key, (3,)),
    "jitted": lambda x: jax.jit(lambda x: x * np.array([1.0, 2.0, 3.0], "float32"))(x),
    "loop": lambda x: jax.lax.fori_loop(0, 3, lambda i, x: x * 0.5, x),
    "branch": lambda x: jax.lax.cond(x[0] > 0, lambda x: x * 2, lambda x: x, x),
}


@pytest.mark.parametrize("function", UNCHANGED.values(), ids=UNCHANGED)
def test_code_that_did_not_change_is_compiled_once(kept, function):
    first = gradient(function, X)
    np.testing.assert_array_equal(first, gradient(function, X))
    assert len(kept) == 1
    np.testing.assert_allclose(first, jax.grad(objective(function), has_aux=True)(X)[0], rtol=1e-6)


def through_jit(x, array):
    return jax.jit(lambda x: x * array)(x)


def through_loop(x, array):
    return jax.lax.fori_loop(0, 2, lambda i, x: x * array, x)


LARGE = 5000  # elements, of which a printed array shows six
CLOSED = {"plain": lambda x, array: x * array, "jitted": through_jit, "loop": through_loop}


@pytest.mark.parametrize("use", CLOSED.values(), ids=CLOSED)
def test_arrays_that_are_closed_over_count_by_their_values(use):
    array, x = np.ones(LARGE, "float32"), jnp.ones(LARGE)
    for value in (1.0, 1.0 + 1e-7, 3.0, 1.0):  # the last is the first again, in memory that has changed since
        array[LARGE // 2] = value
        np.testing.assert_array_equal(run(lambda x: use(x, array), x), use(x, jnp.array(array)))


SAME_TEXT = {
    "signs-of-zero": [lambda x: x * 0.0, lambda x: x * -0.0],
    "types": [lambda x: (x > 2) * np.float32(1), lambda x: (x > 2) * np.float16(1)],
    "order": [lambda x: x[::-1] - x, lambda x: x - x[::-1]],
    "last-digits": [lambda x: x * 1.0000001, lambda x: x * 1.0000002],
}


@pytest.mark.parametrize("functions", SAME_TEXT.values(), ids=SAME_TEXT)
def test_programs_that_look_alike_are_told_apart(functions):
    for function in functions:
        result, expected = run(function, X), np.asarray(jax.jit(function)(X))
        assert (result.dtype, result.tobytes()) == (expected.dtype, expected.tobytes())


def test_a_rule_of_differentiation_that_is_redefined_counts():
    def with_slope(slope):
        @jax.custom_jvp
        def function(x):
            return x

        function.defjvp(lambda primals, tangents: (primals[0], tangents[0] * slope))
        return function

    assert [gradient(with_slope(slope), X)[0] for slope in (1.0, 2.0)] == [1, 2]


def test_a_callback_calls_the_function_of_its_own_call():
    def calling(factor):
        return lambda x: jax.pure_callback(lambda x: np.asarray(x) * factor, X, x)

    assert [run(calling(np.float32(factor)), X)[0] for factor in (1, 2, 3)] == [1, 2, 3]


def test_what_cannot_be_hashed_is_compiled_anew_until_jax_refuses_it(kept):
    class Scaled:
        __hash__ = None

        def __init__(self, factor):
            self.factor = factor

        def __call__(self, x):
            return np.asarray(x) * np.float32(self.factor)

    def net(factor):
        return lambda x: x + jax.pure_callback(Scaled(factor), x, x)

    if jax.__version_info__ >= (0, 7):
        with pytest.raises(TypeError, match="was not hashable"):
            run(net(1), X)
    else:
        assert [run(net(factor), X).tolist() for factor in (1, 2)] == [[2, 4, 6], [3, 6, 9]]
    assert not kept


def test_what_a_program_prints_it_prints_at_every_call(capsys):
    def printing(x):
        jax.debug.print("sum {}", x.sum())
        return x

    for _ in range(2):
        program = compiled(printing)
        program(X), program(X)
    jax.effects_barrier()
    assert capsys.readouterr().out == "sum 6.0\n" * 4


ARGUMENTS = {
    "shape": (X, jnp.ones(2)),
    "type": (X, jnp.ones(3, "float16")),
    "numpy": (X, np.ones(3, "float32")),
    "weak-type": (X, jnp.asarray(1.0)),
    "tree": ({"a": X, "b": X}, {"a": X, "c": X}),
}


@pytest.mark.parametrize("kinds", ARGUMENTS.values(), ids=ARGUMENTS)
def test_arguments_may_change_within_a_pass(kinds):
    def of(tree):
        y = jax.tree.leaves(tree)[0] * np.float16(2)
        return y.astype("float32").sum(), (y,)

    step, eager = jax_programs.value_and_grad(of), jax.value_and_grad(of, has_aux=True)
    for argument in (*kinds, *kinds):
        result, expected = step(argument), eager(argument)
        assert jax.tree.structure(result) == jax.tree.structure(expected)
        for ours, theirs in zip(jax.tree.leaves(result), jax.tree.leaves(expected)):
            assert (ours.dtype, ours.tolist()) == (theirs.dtype, theirs.tolist())


def test_a_setting_of_jax_is_part_of_a_program(kept):
    for precision in ("float32", "bfloat16", "float32"):
        with jax.default_matmul_precision(precision):
            run(lambda x: x + 1, X)
    assert len(kept) == 2


def test_code_is_debugged_as_in_any_jitted_function():
    def spoilt(x):
        seen.append(isinstance(x, jax.core.Tracer))
        return jnp.log(x - 2)

    seen = []
    with jax.debug_nans(True), pytest.raises(FloatingPointError):
        run(spoilt, X)
    seen.clear()
    with jax.disable_jit():
        program = compiled(spoilt)
        program(X), program(X)
    assert seen == [False, False]


def test_few_programs_are_kept_those_that_were_used_last(monkeypatch, kept):
    monkeypatch.setattr(jax_programs, "MAX_PROGRAMS", 3)
    for step in range(5):
        run(functools.partial(jnp.add, step), X)
        run(lambda x: x * 2, X)
    assert len(kept) == 3
    before = set(kept)
    run(lambda x: x * 2, X)
    assert set(kept) == before
