"""Small programs of MXNet's np and nd: what a reader of the books may write.

``python tests/slow/mxnet_programs.py`` prints what each gives, an object of JSON a line; the test beside it
compares that with `mxnet_programs.jsonl`, made so with NumPy 1.23.5, which MXNet 1.9.1 was made for::

    python tests/slow/mxnet_programs.py > tests/slow/mxnet_programs.jsonl
"""

import ast
import contextlib
import io
import json
import random
import re
import warnings

PROGRAMS = []  # (semantics, program); what its last line gives is its result


def each(semantics, lines):
    """Take every line as a program."""
    PROGRAMS.extend((semantics, line) for line in lines.strip().split("\n"))


def add(semantics, text):
    """Take what is between lines of ``---`` as programs."""
    PROGRAMS.extend((semantics, program.strip("\n")) for program in text.strip().split("\n---\n"))


# mxnet.np
each(
    "np",
    """
np.array([1,2,3])
np.array([1.5,2,3], dtype='float64')
np.array([1,2,3], dtype=np.int32)
np.array([True, False])
np.array([[1,2],[3,4]], dtype=bool)
np.array(True)
np.array(3)
np.array(3.5)
np.array(onp.arange(6).reshape(2,3))
np.array(onp.float64(3.5))
np.array(onp.int64(3))
np.array(onp.bool_(True))
np.array(onp.float32([1,2]))
np.array(onp.array([1,2], dtype='int64'))
np.array(onp.array([1,2], dtype='int64'), dtype='int64')
np.array([onp.float32(1), onp.float32(2)])
np.array([onp.int64(1), 2])
np.array([np.array(1.), np.array(2.)])
np.array(np.array([1.,2.]))
np.array([])
np.array([[1,2],[3]])
np.array('abc')
np.array(None)
np.array(range(3))
np.array((1,2))
np.zeros((2,3))
np.zeros((2,3), dtype='int32')
np.zeros(3)
np.zeros(())
np.zeros((onp.int64(2), onp.int32(3)))
np.zeros(tuple(onp.array([2,3])))
np.zeros(onp.array([2,3]))
np.zeros(onp.int64(3))
np.zeros(onp.prod([2,3]))
np.ones((2,3), dtype=bool)
np.ones((2,3), dtype=np.bool)
np.ones((2,3), dtype=onp.bool_)
np.ones((2,3), dtype=np.bool_)
np.ones((2,2), dtype=onp.dtype('float64'))
np.ones((2,2), dtype=float)
np.ones((2,2), dtype=int)
np.ones((2,2), dtype=onp.float64)
np.full((2,2), 7)
np.full((2,2), onp.float32(7.5))
np.full((2,2), onp.int64(7))
np.full((2,2), True)
np.full((2,2), onp.bool_(True))
np.full((2,2), np.array(3.))
np.full_like(np.ones((2,2)), 5)
np.full_like(np.ones((2,2)), True, dtype=bool)
np.empty((2,2)).shape
np.empty_like(np.ones((2,2))).shape
np.zeros_like(np.ones((2,2)))
np.ones_like(np.ones((2,2), dtype='int32'))
np.eye(3)
np.identity(3)
np.arange(5)
np.arange(1,5,2)
np.arange(5, dtype='int64')
np.arange(onp.int64(5))
np.arange(0, 1, onp.float64(0.25))
np.linspace(0,1,5)
np.linspace(0, onp.float32(1), onp.int64(5))
np.logspace(0,1,5)
np.meshgrid(np.arange(2), np.arange(3))
np.indices((2,3))
np.tril(np.ones((3,3)))
np.diag(np.arange(3))
np.atleast_2d(np.arange(3))
np.hanning(5)
np.blackman(5)
np.random.normal(0,1,(2,3))
np.random.normal(0, onp.float64(0.01), (2,3))
np.random.normal(0, 1, size=(onp.int64(2), 3))
np.random.normal(size=onp.int64(2))
np.random.normal(np.zeros(2), np.ones(2))
np.random.normal(0,1,(2,3), dtype='float64')
np.random.uniform(0,1,(2,3))
np.random.uniform(size=(2,2))
np.random.rand(2,3)
np.random.randn(2,3)
np.random.randint(0,10,(2,3))
np.random.randint(10, size=onp.int64(4))
np.random.choice(5, 3)
np.random.choice(np.arange(5), 3)
np.random.choice(5, 3, p=np.array([.1,.2,.3,.2,.2]))
np.random.multinomial(10, [0.2,0.3,0.5])
np.random.multinomial(10, np.array([0.2,0.3,0.5]))
np.random.multinomial(10, onp.array([0.2,0.3,0.5]))
np.random.shuffle(np.arange(5))
np.random.exponential(1.0, (3,))
np.random.gamma(2.0, 1.0, (3,))
np.random.beta(2., 3., (3,))
np.random.laplace(0,1,(3,))
np.random.logistic(0,1,(3,))
np.random.gumbel(0,1,(3,))
np.random.multivariate_normal(np.zeros(2), np.eye(2), (3,))
np.random.pareto(3., (3,))
np.random.power(3., (3,))
np.random.rayleigh(1., (3,))
np.random.weibull(2., (3,))
np.random.chisquare(2., (3,))
np.random.f(2., 3., (3,))
np.random.lognormal(0,1,(3,))
""",
)
X = "x = np.arange(12).reshape(3,4) - 3.5\ny = np.array([[1.,2.,3.,4.]])\ni = np.array([0,2], dtype='int32')\nb = x > 0\n"
for e in """
x
str(x)
repr(x)
f'{x}'
f'{x.sum()}'
'%s' % x[0]
f'{x.sum():.3f}'
f'{float(x.sum()):.3f}'
'%f' % x.sum()
'{:.2f}'.format(x.mean().item())
print(x, x.shape, x.dtype, x.sum(), b)
print([x[0,0], x[0,1]])
print([x[0,0].item(), x.mean().asnumpy()])
x.dtype
b.dtype
i.dtype
x.dtype == onp.float32
x.dtype == 'float32'
b.dtype == bool
b.dtype == np.bool
b.dtype == onp.bool_
x.shape
x.size
x.ndim
x.T
len(x)
list(x)
[float(v) for v in x[0]]
[int(v) for v in i]
bool(x[0,0] > 0)
bool(x > 0)
float(x.sum())
float(np.array([2.]))
float(np.array([[2.]]))
int(np.array([2.]))
int(x[0,0])
x.item(0)
x.sum().item()
x.tolist()
x.asnumpy()
x.sum().asnumpy()
onp.array(x)
onp.asarray(x)
onp.asarray(x, dtype='int64')
onp.array(x, copy=True)
onp.array([x, x])
onp.array([x.sum(), x.mean()])
onp.asarray(x.sum())
onp.array(b)
x.astype('int32')
x.astype(onp.int64)
x.astype(bool)
x.astype(np.bool)
x.astype('bool')
x.astype(int)
x.astype(float)
x.astype(onp.dtype('float64'))
x.copy()
x.as_in_ctx(mx.cpu())
x.as_nd_ndarray()
x[0]
x[-1]
x[0,1]
x[0][1]
x[:,1]
x[1:,::2]
x[::-1]
x[...,0]
x[None].shape
x[:,None,:].shape
x[np.newaxis].shape
x[i]
x[[0,2]]
x[[0,2],[1,3]]
x[(0,2),]
x[onp.array([0,2])]
x[onp.int64(1)]
x[onp.int32(1), onp.int64(2)]
x[onp.int64(0):onp.int64(2)]
x[onp.uint8(1)]
x[np.array(1, dtype='int32')]
x[b]
x[b.asnumpy()]
x[[True,False,True]]
x[onp.array([True,False,True])]
x[np.array([True,False,True])]
x[True]
x[onp.bool_(True)]
x[x > 3]
x[x.sum(axis=1) > 0]
x[range(2), np.array([0,1])]
x[list(range(2)), np.array([0,1])]
x[:, i]
x[i, 1:3]
x[i[:,None], i]
x[5]
x[0,9]
x[1.5]
x['a']
x.take(i)
np.take(x, i, axis=1)
x + 1
x + 1.5
1 - x
x + onp.float32(1.5)
x + onp.float64(1.5)
x + onp.int64(2)
onp.float32(1.5) + x
onp.float64(1.5) * x
onp.float64(2) / x
onp.int64(3) - x
onp.float32(2) ** y
y ** onp.float32(2)
i + 1
i + 1.5
i * onp.float64(1.5)
i / 2
i // 2
i + i.astype('float32')
i + np.array([1,2], dtype='int64')
x + x.astype('float64')
x + True
x + onp.ones((3,4))
onp.ones((3,4)) + x
onp.ones((3,4), dtype='float32') * x
x * y
x / y
x % 3
x // 2
x ** 2
-x
abs(x)
x @ y.T
x == 0.5
x == onp.float64(0.5)
x != x
x > onp.float32(1)
onp.float32(1) < x
(x > 0) & (x < 3)
(x > 0) | (x < -2)
~(x > 0)
~b
b + b
b * 2
b * 1.0
b.sum()
b.mean()
np.dot(x, y.T)
np.matmul(x, y.T)
np.tensordot(x, y, ([1],[1]))
np.outer(y[0], y[0])
np.inner(y[0], y[0])
np.vdot(y[0], y[0])
np.einsum('ij,kj->ik', x, y)
np.kron(y, y)
x.sum()
x.sum(axis=0)
x.sum(axis=1, keepdims=True)
x.sum(axis=(0,1))
x.sum(axis=onp.int64(1))
x.sum(dtype='float64')
x.mean()
x.mean(axis=0)
x.mean(axis=onp.int64(0))
x.std()
x.var(axis=0)
x.max()
x.min(axis=0)
x.max(axis=onp.int64(1))
x.prod()
x.cumsum()
x.cumsum(axis=1)
x.argmax()
x.argmax(axis=1)
x.argmin(axis=0)
x.argmax(axis=onp.int64(1))
x.argsort()
x.sort()
np.sort(x, axis=0)
np.median(x)
np.quantile(x, 0.5)
np.percentile(x, 30)
np.average(x, axis=0)
np.average(x, weights=np.ones((3,4)))
np.clip(x, -1, 1)
x.clip(onp.float64(-1), onp.float32(1))
np.exp(x)
np.log(y)
np.log2(y)
np.log10(y)
np.log1p(y)
np.expm1(y)
np.sqrt(y)
np.square(x)
np.sign(x)
np.abs(x)
np.fabs(x)
np.sin(x)
np.cos(x)
np.tan(x)
np.sinh(x)
np.cosh(x)
np.tanh(x)
np.arcsin(y/5)
np.arctan(x)
np.arctan2(x, y)
np.ceil(x)
np.floor(x)
np.trunc(x)
np.fix(x)
np.rint(x)
np.round(x)
np.around(x, 1)
np.round_(x, 1)
x.round()
np.reciprocal(y)
np.negative(x)
np.cbrt(x)
np.degrees(x)
np.hypot(x, y)
np.maximum(x, 0)
np.minimum(x, y)
np.maximum(x, onp.float64(0))
np.maximum(onp.float32(0), x)
np.power(y, 2)
np.mod(x, 2)
np.isnan(x)
np.isinf(x)
np.isfinite(x)
np.isposinf(x)
np.nan_to_num(x)
np.logical_and(b, b)
np.logical_or(b, b)
np.logical_xor(b, b)
np.logical_not(b)
np.equal(x, 0)
np.greater(x, y)
np.where(b, x, 0)
np.where(b, x, -x)
np.where(x > 0, 1, 0)
np.where(b)
np.nonzero(b)
b.nonzero()
np.all(b)
np.any(b)
b.any(axis=0)
np.any(b, axis=1)
np.concatenate([x, x], axis=0)
np.concatenate((x, x), axis=onp.int64(1))
np.stack([x, x])
np.vstack([x, y])
np.hstack([x, x])
np.dstack([x, x])
np.column_stack([y[0], y[0]])
np.split(x, 2, axis=1)
np.split(x, [1,3], axis=1)
np.array_split(x, 2)
np.hsplit(x, 2)
np.vsplit(x, 3)
np.reshape(x, (2,6))
x.reshape(2,-1)
x.reshape((-1, 2))
x.reshape(-1)
x.reshape((onp.int64(2), onp.int64(6)))
x.reshape(tuple(onp.array([2, 6])))
x.reshape(-1, onp.prod((2,3)))
x.reshape((x.shape[0], onp.prod(x.shape[1:])))
npx.reshape(x, (-2, -1))
x.flatten()
np.ravel(x)
x.squeeze()
np.squeeze(y)
np.expand_dims(x, 0).shape
np.transpose(x)
x.transpose(1,0)
np.swapaxes(x, 0, 1)
x.swapaxes(0, onp.int64(1))
np.moveaxis(x, 0, 1)
np.rot90(x)
np.flip(x, 0)
np.flipud(x)
np.fliplr(x)
np.roll(x, 1)
np.tile(x, 2).shape
np.tile(x, (onp.int64(2), 1)).shape
np.repeat(x, 2)
np.repeat(x, onp.int64(2), axis=0)
x.repeat(2, axis=1)
np.broadcast_to(y, (3,4))
np.broadcast_to(y, (onp.int64(3),4))
np.broadcast_arrays(x, y)
np.unique(np.array([1,1,2]))
np.unique(np.array([3,1,1,2]), return_counts=True)
np.unique(np.array([3,1,1,2]), return_inverse=True)
np.bincount(np.array([0,1,1], dtype='int32'))
np.histogram(x, bins=3)
np.histogram(x, 3, (0., 3.))
np.diff(x)
np.ediff1d(x)
np.trace(x)
np.tril(x)
np.pad(x, ((1,1),(0,0)))
np.pad(x, ((1,1),(0,0)), mode='constant')
np.pad(x, ((1,1),(0,0)), mode='edge')
np.insert(y[0], 1, 9)
np.delete(y[0], 1)
np.append(y, y)
np.resize(y, (2,3))
np.interp(np.array([1.5]), np.array([1.,2.]), np.array([3.,4.]))
np.polyval(np.array([1.,2.]), x)
np.unravel_index(np.array([5]), (3,4))
np.ravel_multi_index
np.linalg.norm(x)
np.linalg.norm(x, axis=1)
np.linalg.norm(x, ord=2, axis=(0,1))
np.linalg.norm(x, 'fro')
np.linalg.inv(np.array([[2.,0.],[0.,4.]]))
np.linalg.det(np.array([[2.,0.],[0.,4.]]))
np.linalg.slogdet(np.array([[2.,0.],[0.,4.]]))
np.linalg.cholesky(np.array([[2.,0.],[0.,4.]]))
np.linalg.solve(np.array([[2.,0.],[0.,4.]]), np.array([1.,2.]))
np.linalg.svd(np.array([[2.,0.],[0.,4.]]))
np.linalg.eigh(np.array([[2.,0.],[0.,4.]]))
np.linalg.eigvalsh(np.array([[2.,0.],[0.,4.]]))
np.linalg.eig(np.array([[2.,0.],[0.,4.]]))
np.linalg.pinv(x)
np.linalg.lstsq(x, np.ones(3), rcond=None)
np.linalg.lstsq(x, np.ones(3))
np.linalg.matrix_rank(x)
np.linalg.cond(np.array([[2.,0.],[0.,4.]]))
np.linalg.matrix_power(np.array([[2.,0.],[0.,4.]]), 3)
np.linalg.multi_dot([x, x.T, x])
np.linalg.qr(np.array([[2.,0.],[0.,4.]]))
np.allclose(x, x)
np.array_equal(x, x)
np.isclose(x, x)
np.alltrue(b)
np.sometrue
np.product
np.in1d(i, i)
np.in1d(i, [0])
np.isin(i, i)
np.msort(x)
np.trapz(y)
np.trapz(y, axis=0)
np.mirr(y, 1, 1)
np.npv(0.1, y)
np.pmt(1,2,3)
np.ptp(x)
np.cov(x)
np.corrcoef(x)
np.count_nonzero(x)
np.argwhere(b)
np.flatnonzero(b)
np.searchsorted(y[0], np.array([2.5]))
np.digitize(x, y[0])
np.setdiff1d(i, i)
np.union1d(i, i)
np.intersect1d(i, i)
np.nansum(x)
np.nanmean(x)
np.nanmax(x)
np.nanmedian(x)
np.nanpercentile(x, 50)
np.modf(x)
np.divmod(x, 2)
np.signbit(x)
np.spacing(x)
np.result_type(x, i)
np.promote_types('float32', 'int32')
np.min_scalar_type(3)
np.apply_along_axis(onp.sum, 0, x)
np.select([b], [x])
np.piecewise(x, [x < 0, x >= 0], [-1, 1])
np.real(x)
np.rollaxis(x, 1)
np.vander(y[0])
np.unwrap(y)
np.packbits(b)
np.cross
np.lexsort((i, i))
np.partition(x, 1)
np.polyfit(y[0], y[0], 1)
np.poly(y[0])
np.roots(y[0])
np.lcm(i, i)
np.gcd
np.shares_memory(x, x)
np.may_share_memory(x, x)
np.bitwise_and(i, i)
np.bitwise_or(i, i)
np.bitwise_xor(i, i)
np.invert(i)
np.ldexp(x, 2)
np.copysign(x, -1)
np.float_power(x, 2)
np.heaviside(x, 0)
np.cumsum(x, axis=0)
np.nancumsum(x)
np.size(x)
np.shape(x)
np.ndim(x)
np.copy(x)
np.PZERO
np.NZERO
np.PINF
np.NINF
np.NaN
np.NAN
np.nan
np.inf
np.pi
np.e
np.newaxis
np.bool
np.bool_
np.float32
np.float64
np.int32
np.finfo(np.float32).eps
np.finfo(x.dtype).max
onp.sum(x)
onp.mean(x, axis=0)
onp.max(x)
onp.amax(x)
onp.min(x)
onp.std(x)
onp.prod(x)
onp.dot(x, y.T)
onp.exp(x)
onp.add(x, x)
onp.multiply(x, 2)
onp.divide(x, 2)
onp.matmul(x, y.T)
onp.maximum(x, 0)
onp.concatenate([x, x])
onp.stack([x, x])
onp.where(b, x, x)
onp.transpose(x)
onp.reshape(x, (2,6))
onp.argmax(x, axis=1)
onp.any(b)
onp.all(b)
onp.round(x)
onp.around(x)
onp.sort(x)
onp.unique(i)
onp.split(x, 2, axis=1)
onp.zeros_like(x)
onp.ones_like(x)
onp.full_like(x, 2)
onp.expand_dims(x, 0)
onp.squeeze(y)
onp.linalg.norm(x)
onp.linalg.inv(np.eye(2))
onp.cumsum(x)
onp.isnan(x)
onp.clip(x, 0, 1)
onp.tile(y, 2)
onp.repeat(y, 2)
onp.allclose(x, x)
onp.allclose(x.asnumpy(), x)
onp.testing.assert_allclose(x.asnumpy(), x.asnumpy())
onp.array_equal(x, x)
onp.median(x)
onp.float_power(x, 2)
onp.isclose(x, x)
onp.histogram(x)
onp.trapz(y) if hasattr(onp, 'trapz') else onp.trapezoid(y)
onp.sqrt(y)
onp.true_divide(x, 2)
onp.absolute(x)
onp.power(y, 2)
onp.equal(x, x)
onp.greater(x, 0)
onp.pad(x, 1)
onp.outer(y[0], y[0])
onp.einsum('ij->i', x)
onp.tensordot(x, y, ([1],[1]))
onp.var(x)
onp.diff(x)
onp.bincount(i)
onp.nan_to_num(x)
onp.ldexp(x, 2)
onp.int64(2) * onp.asarray(x)
npx.softmax(x)
npx.log_softmax(x)
npx.relu(x)
npx.sigmoid(x)
npx.pick(x, np.array([0,1,2]))
npx.one_hot(np.array([0,2]), 3)
npx.one_hot(np.array([0,2]), onp.int64(3))
npx.topk(x, k=2)
npx.topk(x, k=2, ret_typ='both')
npx.topk(x, k=onp.int64(2))
npx.batch_dot(x[None], x[None].transpose(0,2,1))
npx.dropout(x, 0.5)
npx.leaky_relu(x)
npx.gamma(y)
npx.arange_like(x)
npx.gather_nd(x, np.array([[0,1],[0,1]]))
npx.sequence_mask(x, np.array([1,2,3,1]), True)
npx.fully_connected(x, np.ones((2,4)), np.zeros(2), num_hidden=2)
npx.convolution(np.ones((1,1,4,4)), np.ones((1,1,2,2)), np.zeros(1), kernel=(2,2), num_filter=1)
npx.convolution(np.ones((1,1,4,4)), np.ones((1,1,2,2)), np.zeros(1), kernel=(onp.int64(2),2), num_filter=onp.int64(1))
npx.pooling(np.ones((1,1,4,4)), kernel=(2,2), pool_type='max', stride=(2,2))
npx.smooth_l1(x)
npx.erf(x)
npx.reshape_like(x, x)
npx.num_gpus()
npx.cpu()
npx.is_np_array()
npx.layer_norm(x, np.ones(4), np.zeros(4))
""".strip().split("\n"):
    PROGRAMS.append(("np", X + e))
for s in """
x[0] = 9
x[0,1] = 9
x[:] = 1
x[:] = y
x[1:2] = onp.ones((1,4))
x[:, 1] = onp.float64(3)
x[:, 1] = onp.float32(3)
x[onp.int64(1)] = onp.int64(3)
x[b] = 0
x[b] = onp.float64(0)
x[b] = x[b] * 2
x[x > 3] = np.array(5.)
x[b.asnumpy()] = 0
x[[True, False, True]] = 7
x[onp.array([True, False, True])] = 7
x[i] = 5
x[[0,2]] = np.zeros((2,4))
x[[0,2],[1,3]] = 8
x[onp.array([0,2])] = 5
x[...] = onp.arange(12).reshape(3,4)
x[0] = [1,2,3,4]
x[True] = 3
x += 1
x -= onp.float64(1)
x *= y
x /= onp.float32(2)
x **= 2
x[:] += 1
x[0] += onp.int64(1)
i += 1
i[0] = onp.int64(4)
i[:] = onp.array([3,4])
""".strip().split("\n"):
    PROGRAMS.append(("np", X + s + ("\nx" if not s.startswith("i") else "\ni")))
add(
    "np",
    r"""
x = np.arange(1000); repr(x)
---
x = np.arange(2000).reshape(2,1000); repr(x)
---
x = np.arange(10000).reshape(100,100); str(x)
---
np.set_printoptions(precision=2)
x = str(np.array([1.23456])); np.set_printoptions(precision=8)
x
---
onp.set_printoptions(precision=3)
x = str(np.array([1.23456])) + repr(np.array([1.23456])); onp.set_printoptions(precision=8)
x
---
x = np.arange(4.0); x.attach_grad()
with autograd.record():
    y = 2 * np.dot(x, x)
y.backward()
(y, x.grad, x.grad == 4 * x)
---
x = np.arange(4.0); x.attach_grad()
with autograd.record():
    u = x * x
    v = u.detach()
    z = v * x
z.backward()
(x.grad, x.grad == u)
---
def f(a):
    b = a * 2
    while np.linalg.norm(b) < 1000:
        b = b * 2
    if b.sum() > 0:
        c = b
    else:
        c = 100 * b
    return c
a = np.random.normal(); a.attach_grad()
with autograd.record():
    d = f(a)
d.backward()
(a, a.grad, a.grad == d / a)
---
x = np.arange(-8.0, 8.0, 0.1); x.attach_grad()
with autograd.record():
    y = npx.relu(x)
y.backward()
x.grad
---
x = np.array([1.,2.,3.]); x.attach_grad(grad_req='add')
for _ in range(2):
    with autograd.record():
        y = (onp.float32(2) * x ** 2).sum()
    y.backward()
x.grad
---
x = np.array([1.,2.,3.]); x.attach_grad()
with autograd.record():
    y = x[np.array([True, False, True])].sum() + x[[0,1]].sum() + x[onp.int64(0)] * onp.float64(3)
y.backward()
x.grad
---
x = np.array([1.,2.,3.]); x.attach_grad()
with autograd.record():
    y = np.where(x > 1, x * 2, 0).sum()
autograd.grad(y, x)
---
with autograd.record():
    t = autograd.is_training(), autograd.is_recording()
(t, autograd.is_training())
---
x = np.array([1.,2.]); x.attach_grad()
with autograd.record():
    y = onp.exp(x).sum()
y.backward()
x.grad
---
net = nn.Sequential(); net.add(nn.Dense(4, activation='relu'), nn.Dropout(0.2), nn.Dense(2))
net.initialize(init.Normal(sigma=0.01))
x = np.random.uniform(size=(3,5))
(net(x), repr(net), net.collect_params().keys(), net[0].weight.data(), net[0].weight.shape, str(net[0].weight))
---
for i in (init.Xavier(), init.Normal(0.1), init.Uniform(0.2), init.Constant(3), init.Zero(), init.One(), init.Orthogonal(), init.MSRAPrelu(), init.LSTMBias(), init.Bilinear()):
    net = nn.Dense(3, in_units=4); net.initialize(i, force_reinit=True); print(type(i).__name__, net.weight.data())
---
net = nn.Dense(3, in_units=4); net.initialize(init.Constant(onp.float64(0.25))); net.weight.data()
---
net = nn.Dense(3, in_units=4, weight_initializer=init.Normal(onp.float64(0.25))); net.initialize(); net.weight.data()
---
net = nn.Dense(onp.int64(3), in_units=onp.int64(4)); net.initialize(); (net(np.ones((2,4))), repr(net))
---
net = nn.HybridSequential(); net.add(nn.Dense(8, activation='relu'), nn.Dense(2)); net.initialize(); net.hybridize()
x = np.ones((3,5)); (net(x), net.summary(x) if False else None)
---
net = nn.HybridSequential(); net.add(nn.Conv2D(6, 5, padding=2, activation='sigmoid'), nn.AvgPool2D(2,2), nn.Conv2D(16,5), nn.BatchNorm(), nn.Activation('relu'), nn.GlobalAvgPool2D(), nn.Flatten(), nn.Dense(10)); net.initialize()
x = np.random.uniform(size=(2,1,28,28)); o1 = net(x); net.hybridize(); o2 = net(x)
with autograd.record():
    l = net(x).sum()
l.backward()
(o1, o2, net[0].weight.grad())
---
net = nn.Sequential(); net.add(nn.Dense(4), nn.Dense(2)); net.initialize(); net(np.ones((1,3))); net.summary(np.ones((1,3)))
---
net = nn.Sequential(); net.add(nn.Embedding(10,4), nn.LayerNorm()); net.initialize(); net(np.array([[1,2]]))
---
from mxnet.gluon import rnn
r = rnn.LSTM(4); r.initialize(); s = r.begin_state(2); o, s = r(np.ones((3,2,5)), s); (o, s)
---
from mxnet.gluon import rnn
r = rnn.GRUCell(4); r.initialize(); o, s = r(np.ones((2,5)), r.begin_state(2)); (o, s)
---
L = gloss.SoftmaxCrossEntropyLoss(); p = np.random.uniform(size=(4,3)); (L(p, np.array([0,1,2,1])), L(p, np.array([0,1,2,1], dtype='int32')), L(p, np.array([0,1,2,1]), np.array([1.,0,1,0])[:,None]))
---
p = np.random.uniform(size=(4,3)); q = np.random.uniform(size=(4,3))
for L in (gloss.L2Loss(), gloss.L1Loss(), gloss.SigmoidBCELoss(), gloss.HuberLoss(), gloss.HingeLoss(), gloss.KLDivLoss(), gloss.LogisticLoss(), gloss.PoissonNLLLoss(), gloss.SquaredHingeLoss()):
    print(type(L).__name__, L(p, q))
---
net = nn.Dense(1); net.initialize(init.Normal(0.01)); X = np.random.normal(size=(20,2)); y = X @ np.array([2.,-3.4]) + 4.2
for opt, kw in (('sgd', {'learning_rate': .03}), ('sgd', {'learning_rate': onp.float64(.03), 'wd': onp.float32(3), 'momentum': 0.9}), ('adam', {}), ('adagrad', {}), ('rmsprop', {}), ('adadelta', {}), ('nag', {'learning_rate': .01, 'momentum': .9}), ('adamax', {}), ('ftrl', {}), ('nadam', {}), ('signum', {}), ('lamb', {})):
    net.initialize(init.Normal(0.01), force_reinit=True)
    tr = gluon.Trainer(net.collect_params(), opt, kw)
    for _ in range(3):
        with autograd.record():
            l = gloss.L2Loss()(net(X), y)
        l.backward(); tr.step(onp.int64(20) if opt == 'sgd' else 20)
    print(opt, l.mean(), net.weight.data(), tr.learning_rate)
---
net = nn.Dense(1, in_units=2); net.initialize(); tr = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': .1}); tr.set_learning_rate(onp.float64(0.05))
with autograd.record():
    l = net(np.ones((2,2))).sum()
l.backward(); tr.step(2); (tr.learning_rate, net.weight.data())
---
sch = mx.lr_scheduler.FactorScheduler(step=1, factor=0.9, stop_factor_lr=1e-2, base_lr=2.0); [sch(t) for t in range(5)]
---
ch = mx.lr_scheduler.CosineScheduler(20, warmup_steps=5, base_lr=0.3, final_lr=0.01); [ch(t) for t in range(25)]
---
ds = gdata.ArrayDataset(np.arange(10).reshape(5,2), np.arange(5)); [b for b in gdata.DataLoader(ds, 2, shuffle=False)]
---
ds = gdata.ArrayDataset(onp.arange(10, dtype='float32').reshape(5,2), onp.arange(5)); [b for b in gdata.DataLoader(ds, 2, shuffle=False)]
---
ds = gdata.ArrayDataset(onp.arange(10, dtype='float32').reshape(5,2), onp.arange(5)); [b for b in gdata.DataLoader(ds, 2, shuffle=True, last_batch='discard')]
---
ds = gdata.ArrayDataset([1,2,3,4], [1.,2.,3.,4.]); [b for b in gdata.DataLoader(ds, onp.int64(2))]
---
ds = gdata.SimpleDataset([onp.float64(1.5), onp.float64(2)]); [b for b in gdata.DataLoader(ds, 2)]
---
ds = gdata.SimpleDataset([onp.float32(1.5), 2, True, onp.bool_(True)]); [b for b in gdata.DataLoader(ds, 2)]
---
from mxnet.gluon.data.vision import transforms
t = transforms.Compose([transforms.Resize(4), transforms.ToTensor()]); x = np.array(onp.arange(192).reshape(8,8,3), dtype='uint8'); t(x)
---
from mxnet.gluon.data.vision import transforms
x = np.array(onp.arange(192).reshape(8,8,3), dtype='uint8'); (transforms.ToTensor()(x), transforms.RandomFlipLeftRight()(x), transforms.RandomResizedCrop(4)(x), transforms.CenterCrop(4)(x), transforms.Normalize(0.5, 0.2)(transforms.ToTensor()(x)), transforms.Cast('float16')(x), transforms.RandomColorJitter(0.1,0.1,0.1,0.1)(x))
---
import tempfile, os
d = tempfile.mkdtemp(); x = np.arange(4); y = np.zeros(4); npx.save(d + '/x', [x, y]); npx.save(d + '/d', {'x': x, 'y': y}); npx.save(d + '/a', x); (npx.load(d + '/x'), npx.load(d + '/d'), npx.load(d + '/a'))
---
import tempfile
d = tempfile.mkdtemp(); net = nn.Dense(3, in_units=2); net.initialize(); net.save_parameters(d + '/p'); n2 = nn.Dense(3, in_units=2); n2.load_parameters(d + '/p'); (n2.weight.data() == net.weight.data())
---
import tempfile
d = tempfile.mkdtemp(); net = nn.HybridSequential(); net.add(nn.Dense(3, in_units=2)); net.initialize(); net.hybridize(); a = net(np.ones((1,2))); net.export(d + '/m'); n2 = gluon.SymbolBlock.imports(d + '/m-symbol.json', ['data'], d + '/m-0000.params'); (a, n2(np.ones((1,2))))
---
import pickle
x = np.arange(3); pickle.loads(pickle.dumps(x))
---
import copy
copy.deepcopy(np.arange(3))
---
import tempfile
d = tempfile.mkdtemp(); onp.save(d + '/x.npy', np.arange(3)); onp.load(d + '/x.npy')
---
import tempfile
d = tempfile.mkdtemp(); onp.savez(d + '/x.npz', a=np.arange(3).asnumpy()); npx.load(d + '/x.npz')
---
m = mx.metric.Accuracy(); m.update(np.array([0,1,1]), np.array([[.3,.7],[.2,.8],[.4,.6]])); (m.get(), str(m.get()), m.get_name_value())
---
for n in ('acc', 'mse', 'mae', 'rmse', 'ce', 'f1', 'top_k_accuracy', 'nll_loss', 'pearsonr', 'mcc', 'perplexity'):
    try:
        m = mx.metric.create(n, top_k=2) if n == 'top_k_accuracy' else mx.metric.create(n, ignore_label=None) if n == 'perplexity' else mx.metric.create(n)
        if n in ('mse','mae','rmse','pearsonr'): m.update([np.array([1.,2.,4.])], [np.array([1.5,2.,3.])])
        else: m.update([np.array([0,1,1])], [np.array([[.3,.7],[.2,.8],[.4,.6]])])
        print(n, m.get()[0], float(m.get()[1]))
    except Exception as e: print(n, type(e).__name__, str(e)[:150])
---
class My(mx.operator.CustomOp):
    def forward(self, is_train, req, in_data, out_data, aux): self.assign(out_data[0], req[0], in_data[0] * 2)
    def backward(self, req, out_grad, in_data, out_data, in_grad, aux): self.assign(in_grad[0], req[0], out_grad[0] * 2)
@mx.operator.register('my%d' % id(My))
class P(mx.operator.CustomOpProp):
    def create_operator(self, ctx, shapes, dtypes): return My()
x = mx.nd.array([1,2]); mx.nd.Custom(x, op_type='my%d' % id(My))
---
class Block(nn.Block):
    def __init__(self, **kw):
        super().__init__(**kw); self.w = self.params.get('w', shape=(3, onp.int64(2))); self.c = self.params.get_constant('c', np.ones(2))
    def forward(self, x): return np.dot(x, self.w.data()) + self.c.data()
b = Block(); b.initialize(); b(np.ones((1,3)))
---
class H(nn.HybridBlock):
    def __init__(self, **kw): super().__init__(**kw); self.d = nn.Dense(2)
    def hybrid_forward(self, F, x): return F.npx.relu(self.d(x)) + F.np.ones_like(x[:, :2]) * 0.5
h = H(); h.initialize(); a = h(np.ones((2,3))); h.hybridize(); (a, h(np.ones((2,3))))
---
x = np.ones((4,3)); p = gluon.utils.split_and_load(x, [mx.cpu(0), mx.cpu(0)]); (p, gluon.utils.split_data(x, 2))
---
grads = [np.ones((2,2)) * 3]; n = gluon.utils.clip_global_norm(grads, 1.0); (n, grads)
---
x = np.ones(3); x.wait_to_read(); mx.nd.waitall(); npx.waitall(); x
---
x = mx.nd.from_numpy(onp.arange(4, dtype='float32'), array_cls=np.ndarray); x
---
x = onp.arange(4, dtype='int64'); np.array(mx.nd.from_numpy(x, zero_copy=False).as_np_ndarray())
---
x = onp.zeros((2,2), dtype='bool'); mx.nd.from_numpy(x, array_cls=np.ndarray)
---
x = mx.nd.from_dlpack(mx.nd.to_dlpack_for_read(mx.nd.ones((2,))))
x
---
x = np.arange(4); c = x.ctx; (str(c), repr(c), c == mx.cpu(), x.as_in_ctx(mx.cpu(0)) is x)
---
x = np.arange(5); hash(x) is not None
---
x = np.arange(3); y = np.arange(3); (x is y, id(x) == id(x), x in [x])
---
sorted([np.array(3.), np.array(1.), np.array(2.)])
---
max([np.array(3.), np.array(1.)])
---
sum([np.array(3.), np.array(1.)])
---
a, b = np.array([1.,2.]); (a, b)
---
{k: v for k, v in zip('ab', np.arange(2))}
---
round(np.array(1.2345).item(), 2)
---
onp.mean([np.array(1.), np.array(2.)])
---
onp.mean([float(np.array(1.)), 2.])
---
onp.sum([np.array([1.,2.]), np.array([3.,4.])], axis=0)
---
import matplotlib; matplotlib.use('Agg'); import matplotlib.pyplot as plt
x = np.arange(4.); l = plt.plot(x, x ** 2)[0]; r = (l.get_xdata(), l.get_ydata()); plt.close(); [onp.asarray(v, dtype='float64') for v in r]
---
import matplotlib; matplotlib.use('Agg'); import matplotlib.pyplot as plt
x = np.arange(16.).reshape(4,4); i = plt.imshow(x); r = onp.asarray(i.get_array()); plt.close(); r
---
import matplotlib; matplotlib.use('Agg'); import matplotlib.pyplot as plt
x = np.random.normal(size=(20,)); h = plt.hist(x.asnumpy()); plt.close(); onp.asarray(h[0])
---
import matplotlib; matplotlib.use('Agg'); import matplotlib.pyplot as plt
x = np.arange(4.); s = plt.scatter(x, x); r = onp.asarray(s.get_offsets()); plt.close(); r
---
import matplotlib; matplotlib.use('Agg'); import matplotlib.pyplot as plt
l = plt.plot([np.array(1.), np.array(2.)])[0]; r = onp.asarray(l.get_ydata(), dtype='float64'); plt.close(); r
---
import pandas as pd
df = pd.DataFrame({'a': [1,2], 'b': [0.5, onp.nan]}); np.array(df.values)
---
import pandas as pd
df = pd.DataFrame({'a': [1,2], 'b': [0.5, 1.5]}); (np.array(df.to_numpy(dtype=float)), np.array(df['a'].values, dtype=np.float32), np.array(df.iloc[:, 0].values.reshape(-1,1)))
---
import pandas as pd
df = pd.get_dummies(pd.DataFrame({'a': ['x','y']}), dummy_na=True); np.array(df.values.astype('float32'))
---
import pandas as pd
df = pd.get_dummies(pd.DataFrame({'a': ['x','y']})); np.array(df.values, dtype='float32')
---
max_degree = 20; true_w = np.zeros(max_degree); true_w[0:4] = np.array([5, 1.2, -3.4, 5.6])
import math
features = np.random.normal(size=(10, 1)); np.random.shuffle(features)
poly = np.power(features, np.arange(max_degree).reshape(1, -1))
for i in range(max_degree): poly[:, i] /= math.gamma(i + 1)
labels = np.dot(poly, true_w); labels += np.random.normal(scale=0.1, size=labels.shape)
(features, poly, labels)
---
fair = [1.0 / 6] * 6; c = np.random.multinomial(10, fair, size=3); (c, c.astype(np.float32).sum(axis=0))
---
A = np.arange(20).reshape(5,4); (A.sum(axis=[0,1]), A.sum() / A.size)
---
with np.printoptions(precision=3): s = str(np.array([1.23456]))
s
---
from mxnet.util import use_np
@use_np
def f(): return np.ones((2,2)).sum(axis=0)
f()
---
np.set_np_float64 if hasattr(np, 'set_np_float64') else None
---
npx.set_np(dtype=True)
r = np.array([1,2]); npx.set_np()
r
""",
)
# mxnet.nd
each(
    "nd",
    """
nd.array([1,2,3])
nd.array([1,2,3], dtype='int32')
nd.array([True, False])
nd.array(onp.array([True, False]))
nd.array(onp.arange(6).reshape(2,3))
nd.array(onp.arange(6, dtype='int64'))
nd.array(onp.float64([1,2]))
nd.array([[1.,2.],[3.,4.]])
nd.array([onp.float32(1), onp.int64(2)])
nd.array(3)
nd.array(onp.float32(3))
nd.array([])
nd.array('a')
nd.array([[1,2],[3]])
nd.array([nd.array([1]), nd.array([2])])
nd.zeros((2,3))
nd.zeros(3)
nd.zeros((onp.int64(2), 3))
nd.zeros(tuple(onp.array([2,3])))
nd.zeros(onp.int64(3))
nd.zeros(shape=(onp.int32(2), onp.uint8(3)))
nd.ones((2,3), dtype='float64')
nd.ones((2,3), dtype=onp.float64)
nd.ones((2,3), dtype=onp.dtype('int8'))
nd.ones((2,2), dtype=bool)
nd.ones((2,2), dtype=onp.bool_)
nd.full((2,2), 7.5)
nd.full((2,2), onp.float64(7.5))
nd.full(shape=(onp.int64(2),2), val=onp.float32(7.5))
nd.empty((2,2)).shape
nd.arange(5)
nd.arange(1, 10, 2)
nd.arange(onp.int64(5))
nd.arange(0, onp.float32(1), onp.float64(0.25))
nd.arange(4, repeat=2)
nd.linspace(0,1,5)
nd.eye(3)
nd.random.normal(0,1,(2,3))
nd.random.normal(scale=0.01, shape=(2,3))
nd.random.normal(scale=onp.float64(0.01), shape=(onp.int64(2),3))
nd.random.normal(scale=onp.float64(0.01), shape=onp.int64(4))
nd.random.normal(nd.array([0,10]), nd.array([1,2]), shape=3)
nd.random.uniform(0,1,(2,3))
nd.random.uniform(0, onp.float32(2), shape=3)
nd.random.randint(0,10,(2,3))
nd.random.poisson(1,(3,))
nd.random.exponential(1,(3,))
nd.random.gamma(2,1,(3,))
nd.random.multinomial(nd.array([0.1,0.9]), 5)
nd.random.shuffle(nd.arange(5))
nd.random.randn(2,3)
nd.random_normal(shape=(2,))
nd.random_uniform(shape=(2,))
nd.random.negative_binomial(2, 0.5, (3,))
""",
)
Y = "x = nd.arange(12).reshape((3,4)) - 3.5\ny = nd.array([[1.,2.,3.,4.]])\ni = nd.array([0,2])\nb = x > 0\n"
for e in """
x
str(x)
repr(x)
f'{x}'
f'{x.sum()}'
'%f' % x.sum().asscalar()
'%.4f' % x.mean().asscalar()
'loss: %.4f' % (x.sum().asscalar() / 3)
print(x.sum().asscalar(), x.shape, x.dtype)
print([x.sum().asscalar()], (x.mean().asscalar(), 1))
x.sum().asscalar()
x[0,0].asscalar()
x.asscalar()
nd.array([[3.]]).asscalar()
x.asnumpy()
x.dtype
b.dtype
b
i.dtype
x.shape
x.size
x.T
len(x)
list(x)
[v.asscalar() for v in x[0]]
float(x.sum())
int(x.sum())
bool(x.sum())
bool(x)
float(nd.array([[2.]]))
onp.array(x)
onp.asarray(x)
onp.asarray(x, dtype='int64')
onp.array([x, x])
onp.array([x.sum(), x.mean()])
onp.array(x, copy=False)
x.astype('int32')
x.astype(onp.float64)
x.astype(bool)
x.astype('float16')
x.copy()
x.as_np_ndarray()
x.as_in_context(mx.cpu())
x.context
x[0]
x[-1]
x[0,1]
x[1:3]
x[:,1]
x[1:,::2]
x[::-1]
x[:, 1:2]
x[i]
x[[0,2]]
x[[0,2],[1,3]]
x[onp.array([0,2])]
x[onp.int64(1)]
x[onp.int64(1), onp.int32(2)]
x[onp.int64(0):onp.int64(2)]
x[onp.uint8(1)]
x[nd.array([1])]
x[b]
x[onp.array([True,False,True])]
x[[True,False,True]]
x[None].shape
x[True]
nd.contrib.boolean_mask(x, nd.array([1,0,1]))
x.take(i)
nd.take(x, i, axis=1)
nd.pick(x, nd.array([0,1,2]))
x.pick(nd.array([0,1,2]))
nd.gather_nd(x, nd.array([[0,1],[0,1]]))
x.slice_axis(0, 0, 2)
x.slice((0,1),(2,3))
x.slice((onp.int64(0),1),(2,onp.int64(3)))
nd.slice(x, begin=(0,1), end=(2,3))
x + 1
1 - x
x + onp.float32(1.5)
x + onp.float64(1.5)
onp.float32(1.5) + x
onp.float64(1.5) * x
onp.float64(2) / x
onp.int64(2) - x
onp.float32(2) ** y
y ** onp.float64(2)
x + onp.ones((3,4))
onp.ones((3,4)) + x
onp.ones((3,4)) * x
x * y
x / y
x % 3
x ** 2
-x
abs(x)
x == 0.5
x == onp.float64(0.5)
x > onp.float32(1)
onp.float32(1) < x
onp.float64(1) == x
x.astype('int32') + 1
x.astype('int32') * onp.float64(1.5)
x.astype('int32') / 2
x + x.astype('float64')
nd.dot(x, y.T)
nd.dot(x, y, transpose_b=True)
nd.batch_dot(x.expand_dims(0), x.expand_dims(0), transpose_b=True)
nd.linalg.gemm2(x, y, transpose_b=True)
x.sum()
x.sum(axis=0)
x.sum(axis=1, keepdims=True)
x.sum(axis=(0,1))
x.sum(axis=onp.int64(1))
nd.sum(x, axis=(onp.int64(0), onp.int64(1)))
x.mean()
x.mean(axis=onp.int32(0))
x.max()
x.min(axis=0)
x.prod()
x.norm()
x.norm().asscalar()
x.argmax(axis=1)
x.argmax(axis=onp.int64(1))
x.argmin(axis=0)
x.argsort()
x.sort()
x.topk(k=2)
x.topk(k=onp.int64(2), ret_typ='both')
nd.clip(x, -1, 1)
x.clip(onp.float64(-1), onp.float32(1))
nd.clip(x, onp.float64(-1), onp.float32(1))
x.exp()
nd.exp(x)
nd.log(y)
nd.sqrt(y)
nd.square(x)
nd.sign(x)
nd.abs(x)
nd.sin(x)
nd.tanh(x)
nd.relu(x)
x.relu()
x.sigmoid()
x.tanh()
nd.sigmoid(x)
nd.softmax(x)
nd.log_softmax(x)
nd.softmax(x, axis=onp.int64(0))
nd.softmax_cross_entropy(x, nd.array([0,1,2]))
nd.round(x)
nd.floor(x)
nd.ceil(x)
nd.maximum(x, 0)
nd.maximum(x, y)
nd.maximum(x, onp.float64(0))
nd.maximum(onp.float32(0), x)
nd.minimum(x, 0)
nd.broadcast_maximum(x, y)
nd.broadcast_add(x, y)
nd.elemwise_add(x, x)
nd.power(y, 2)
nd.add(x, 1)
nd.equal(x, x)
nd.where(b, x, -x)
nd.concat(x, x, dim=0)
nd.concat(x, x, dim=onp.int64(1))
nd.concatenate([x, x])
nd.stack(x, x)
nd.split(x, 2, axis=1)
x.split(num_outputs=onp.int64(2), axis=1)
x.reshape((2,6))
x.reshape((-1,2))
x.reshape(2,-1)
x.reshape((0,-1))
x.reshape((-1,))
x.reshape((onp.int64(2), onp.int64(6)))
x.reshape(shape=(onp.int64(2), -1))
x.reshape((-1, onp.prod((2,3))))
x.reshape((x.shape[0], onp.prod(x.shape[1:])))
nd.reshape(x, shape=(onp.int64(2), -1))
nd.reshape(x, (2, 6))
x.flatten()
nd.Flatten(x)
x.expand_dims(0).shape
x.expand_dims(axis=onp.int64(0)).shape
y.squeeze()
x.transpose()
nd.transpose(x, (1,0))
x.transpose((onp.int64(1), onp.int64(0)))
x.swapaxes(0,1)
x.tile((2,1)).shape
x.tile((onp.int64(2),1)).shape
nd.tile(x, reps=(onp.int64(2),1)).shape
x.repeat(2, axis=0)
x.repeat(repeats=onp.int64(2), axis=0)
y.broadcast_to((3,4))
y.broadcast_to((onp.int64(3),4))
y.broadcast_like(x)
x.flip(axis=0)
nd.reverse(x, axis=1)
x.one_hot(3) if False else nd.one_hot(i, 3)
nd.one_hot(i, onp.int64(3))
nd.zeros_like(x)
nd.ones_like(x)
x.zeros_like()
nd.diag(x)
nd.cumsum(x) if hasattr(nd, 'cumsum') else None
nd.pad(x.reshape((1,1,3,4)), mode='constant', pad_width=(0,0,0,0,1,1,1,1), constant_value=0)
nd.pad(x.reshape((1,1,3,4)), mode='constant', pad_width=(0,0,0,0,onp.int64(1),1,1,1), constant_value=onp.float64(2))
nd.Dropout(x, p=0.5)
nd.Convolution(nd.ones((1,1,4,4)), nd.ones((1,1,2,2)), nd.zeros(1), kernel=(2,2), num_filter=1)
nd.Convolution(nd.ones((1,1,4,4)), nd.ones((1,1,2,2)), nd.zeros(1), kernel=(onp.int64(2),2), num_filter=onp.int64(1))
nd.Pooling(nd.ones((1,1,4,4)), kernel=(2,2), pool_type='max', stride=(2,2))
nd.FullyConnected(x, nd.ones((2,4)), nd.zeros(2), num_hidden=2)
nd.Activation(x, act_type='relu')
nd.LeakyReLU(x)
nd.Embedding(i, nd.ones((3,2)), input_dim=3, output_dim=2)
nd.SequenceMask(x, nd.array([1,2,3,1]), True)
nd.L2Normalization(x)
nd.smooth_l1(x)
nd.add_n(x, x, x)
nd.SoftmaxOutput(x, nd.array([0,1,2]))
nd.linalg.potrf(nd.array([[2.,0.],[0.,4.]]))
nd.linalg.det(nd.array([[2.,0.],[0.,4.]]))
nd.linalg.inverse(nd.array([[2.,0.],[0.,4.]]))
nd.linalg.syevd(nd.array([[2.,0.],[0.,4.]]))
nd.gamma(y)
nd.erf(x)
nd.histogram(x, 3)
nd.histogram(x, onp.int64(3), range=(0., onp.float64(3)))
nd.contrib.arange_like(x)
nd.moments(x, axes=(0,))
nd.shape_array(x)
nd.size_array(x)
nd.cast(x, 'int32')
nd.cast(x, dtype=onp.int32)
x.tostype('csr')
x.tostype('row_sparse')
nd.sparse.csr_matrix(([1.,2.], [0,1], [0,1,2]), shape=(2,2))
nd.sparse.csr_matrix(([1.,2.], [0,1], [0,1,2]), shape=(onp.int64(2),2)).asnumpy()
nd.sparse.row_sparse_array(([[1.,2.]], [0]), shape=(2,2)).asnumpy()
nd.sparse.zeros('csr', (2,2)).asnumpy()
nd.sparse.array(x.tostype('csr'))
nd.sparse.csr_matrix(x.tostype('csr').asscipy())
x.tostype('csr').asscipy()
x.tostype('csr')[0:2].asnumpy()
nd.dot(x.tostype('csr'), y.T)
nd.sparse.add(x.tostype('csr'), x.tostype('csr')).asnumpy()
onp.sum(x)
onp.mean(x)
onp.exp(x)
onp.dot(x, y.T)
onp.maximum(x, 0)
onp.sum(x.asnumpy())
onp.sqrt(y)
onp.allclose(x, x)
onp.mean([v.asscalar() for v in x[0]])
onp.argmax(x)
onp.concatenate([x, x])
x.to_dlpack_for_read() is not None
x.detach()
x.wait_to_read()
x.grad
x.stype
x.handle is not None
x.tojson if hasattr(x, 'tojson') else None
nd.contrib.foreach(lambda d, s: (d + s, d + s), x, nd.zeros(4))
nd.contrib.isnan(x)
nd.contrib.isfinite(x)
nd.contrib.index_copy(x, nd.array([0]), y)
nd.image.to_tensor(nd.ones((2,2,3)))
nd.image.resize(nd.ones((4,4,3)).astype('uint8'), (2,2))
nd.image.normalize(nd.ones((3,2,2)), mean=(0,0,0), std=(1,onp.float64(2),3))
mx.image.imresize(nd.ones((4,4,3)).astype('uint8'), 2, 2)
mx.image.random_crop(nd.ones((4,4,3)), (2,2))
mx.image.color_normalize(x, nd.array([1.]))
""".strip().split("\n"):
    PROGRAMS.append(("nd", Y + e))
for s in """
x[0] = 9
x[0,1] = 9
x[:] = 1
x[:] = y
x[1:2] = onp.ones((1,4))
x[:, 1] = onp.float64(3)
x[:, 1] = onp.float32(3)
x[onp.int64(1)] = onp.int64(3)
x[i] = 5
x[[0,2]] = nd.zeros((2,4))
x[[0,2],[1,3]] = 8
x[onp.array([0,2])] = 5
x[:] = onp.arange(12).reshape(3,4)
x[0] = [1,2,3,4]
x[0] = [onp.float64(1),2,3,4]
x[0] = onp.float64(2.5)
x[:] = onp.float32(2.5)
x += 1
x -= onp.float64(1)
x *= y
x /= onp.float32(2)
x[:] = x - 0.1 * y
x[:] -= onp.float64(0.1)
nd.elemwise_add(x, x, out=x)
""".strip().split("\n"):
    PROGRAMS.append(("nd", Y + s + "\nx"))
add(
    "nd",
    r"""
x = nd.arange(1000); repr(x)
---
x = nd.arange(10000).reshape((100,100)); str(x)
---
x = nd.arange(4).reshape((4, 1)); x.attach_grad()
with autograd.record():
    y = 2 * nd.dot(x.T, x)
y.backward()
(y, x.grad, (x.grad - 4 * x).norm().asscalar() == 0)
---
def f(a):
    b = a * 2
    while b.norm().asscalar() < 1000: b = b * 2
    return b if b.sum().asscalar() > 0 else 100 * b
a = nd.random.normal(shape=1); a.attach_grad()
with autograd.record(): c = f(a)
c.backward()
(a.grad, a.grad == c / a)
---
num_inputs = 2; num_examples = 50; true_w = [2, -3.4]; true_b = 4.2
features = nd.random.normal(scale=1, shape=(num_examples, num_inputs))
labels = true_w[0] * features[:, 0] + true_w[1] * features[:, 1] + true_b
labels += nd.random.normal(scale=0.01, shape=labels.shape)
import random
def data_iter(batch_size, features, labels):
    idx = list(range(len(features))); random.shuffle(idx)
    for i in range(0, len(features), batch_size):
        j = nd.array(idx[i: min(i + batch_size, len(features))])
        yield features.take(j), labels.take(j)
w = nd.random.normal(scale=0.01, shape=(num_inputs, 1)); b = nd.zeros(shape=(1,)); w.attach_grad(); b.attach_grad()
for epoch in range(3):
    for X, y in data_iter(10, features, labels):
        with autograd.record():
            l = (nd.dot(X, w) + b - y.reshape((-1,1))) ** 2 / 2
        l.backward()
        for p in (w, b): p[:] = p - 0.03 * p.grad / 10
    print('epoch %d, loss %f' % (epoch + 1, l.mean().asnumpy()))
(w, b)
---
n_train, n_test, true_w, true_b = 20, 10, [1.2, -3.4, 5.6], 5
features = nd.random.normal(shape=(n_train + n_test, 1))
poly = nd.concat(features, nd.power(features, 2), nd.power(features, 3))
labels = true_w[0] * poly[:, 0] + true_w[1] * poly[:, 1] + true_w[2] * poly[:, 2] + true_b
(features[:2], poly[:2], labels[:2])
---
def dropout(X, drop_prob):
    keep = 1 - drop_prob
    mask = nd.random.uniform(0, 1, X.shape) < keep
    return mask * X / keep
dropout(nd.arange(16).reshape((2,8)), 0.5)
---
net = nn.Sequential(); net.add(nn.Dense(4, activation='relu'), nn.Dropout(0.2), nn.Dense(2)); net.initialize(init.Normal(sigma=0.01)); x = nd.random.uniform(shape=(3,5)); (net(x), net[0].weight.data())
---
ds = gdata.ArrayDataset(nd.arange(10).reshape((5,2)), nd.arange(5)); it = gdata.DataLoader(ds, 2, shuffle=True); [b for b in it]
---
ds = gdata.ArrayDataset(nd.arange(10).reshape((5,2)), nd.arange(5)); it = gdata.DataLoader(ds, 2, shuffle=False, num_workers=1, thread_pool=True); [b for b in it]
---
net = nn.Sequential(); net.add(nn.Dense(1)); net.initialize(init.Normal(sigma=0.01)); tr = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': 0.03}); X = nd.random.normal(shape=(10,2)); y = X[:,0] * 2
for _ in range(3):
    with autograd.record(): l = gloss.L2Loss()(net(X), y)
    l.backward(); tr.step(10)
(l, net[0].weight.data(), l.mean().asnumpy(), l.mean().asscalar())
---
net = nn.HybridSequential(); net.add(nn.Dense(256, activation='relu'), nn.Dense(10)); net.initialize(); net.hybridize(); x = nd.random.normal(shape=(1,512)); net(x)
---
import tempfile
d = tempfile.mkdtemp(); x = nd.ones(3); nd.save(d + '/x', [x, x]); nd.save(d + '/d', {'x': x}); (nd.load(d + '/x'), nd.load(d + '/d'))
---
import pickle
pickle.loads(pickle.dumps(nd.arange(3)))
---
import copy
copy.deepcopy(nd.arange(3))
---
m = mx.metric.Accuracy(); m.update(nd.array([0,1,1]), nd.array([[.3,.7],[.2,.8],[.4,.6]])); (m.get(), str(m.get()))
---
a = mx.sym.Variable('a'); b = mx.sym.Variable('b'); c = 2 * a + b; ex = c.bind(mx.cpu(), {'a': nd.ones(2), 'b': nd.ones(2)}); (ex.forward(), c.list_arguments(), c.infer_shape(a=(2,), b=(2,)))
---
data = mx.sym.Variable('data'); fc = mx.sym.FullyConnected(data, num_hidden=onp.int64(4), name='fc'); o = mx.sym.reshape(fc, shape=(onp.int64(-1), 2)); o.infer_shape(data=(onp.int64(2),3))
---
data = mx.sym.Variable('data'); fc = mx.sym.FullyConnected(data, num_hidden=4, name='fc'); o = mx.sym.SoftmaxOutput(fc, name='softmax'); mod = mx.mod.Module(o); it = mx.io.NDArrayIter(onp.random.rand(20,3).astype('float32'), onp.random.randint(0,4,20).astype('float32'), 5, shuffle=True); mod.fit(it, num_epoch=2, optimizer='sgd'); (mod.score(it, 'acc'), mod.predict(it).shape)
---
it = mx.io.NDArrayIter({'data': onp.arange(12.).reshape(6,2)}, {'label': onp.arange(6.)}, 4, last_batch_handle='pad'); [(b.data[0], b.label[0], b.pad) for b in it]
---
import tempfile
p = tempfile.mkdtemp() + '/r'; r = mx.recordio.MXRecordIO(p, 'w'); r.write(b'abc'); r.write(mx.recordio.pack(mx.recordio.IRHeader(0, 4.0, 1, 0), b'x')); r.close(); r = mx.recordio.MXRecordIO(p, 'r'); (str(r.read()), str(mx.recordio.unpack(r.read())))
---
mx.recordio.pack(mx.recordio.IRHeader(0, [1.,2.], 1, 0), b'x')
---
str(mx.recordio.unpack(mx.recordio.pack(mx.recordio.IRHeader(0, [1.,2.], 1, 0), b'x')))
---
class My(mx.operator.CustomOp):
    def forward(self, is_train, req, in_data, out_data, aux): self.assign(out_data[0], req[0], mx.nd.array(onp.exp(in_data[0].asnumpy())))
    def backward(self, req, out_grad, in_data, out_data, in_grad, aux): self.assign(in_grad[0], req[0], out_grad[0] * out_data[0])
@mx.operator.register('mynd')
class P(mx.operator.CustomOpProp):
    def list_arguments(self): return ['data']
    def infer_shape(self, s): return s, [s[0]], []
    def create_operator(self, ctx, shapes, dtypes): return My()
x = mx.nd.array([1,2]); x.attach_grad()
with autograd.record(): y = mx.nd.Custom(x, op_type='mynd')
y.backward()
(y, x.grad)
---
class F(autograd.Function):
    def forward(self, x): y = 1 / (1 + nd.exp(-x)); self.save_for_backward(y); return y
    def backward(self, dy): y, = self.saved_tensors; return dy * y * (1 - y)
x = nd.array([0., 1.]); x.attach_grad()
with autograd.record(): y = F()(x)
y.backward()
x.grad
---
from mxnet import test_utils as tu
(tu.almost_equal(onp.ones(2), onp.ones(2)), tu.assert_almost_equal(nd.ones(2), onp.ones(2)), tu.same(onp.ones(2), onp.ones(2)))
---
from mxnet import test_utils as tu
x = mx.sym.Variable('x'); tu.check_numeric_gradient(x * x, [onp.array([1.,2.])])
---
from mxnet.contrib import text
c = text.utils.count_tokens_from_str('a b a'); v = text.vocab.Vocabulary(c); v.to_indices(['a', 'b'])
---
from mxnet.gluon.model_zoo import vision
net = vision.squeezenet1_0(classes=3); net.initialize(); net(nd.ones((1,3,64,64))).shape
---
mx.viz.print_summary(mx.sym.FullyConnected(mx.sym.Variable('data'), num_hidden=4), shape={'data': (1,3)})
---
mx.random.seed(3); a = nd.random.normal(shape=2); mx.random.seed(onp.int64(3)); b = nd.random.normal(shape=2); (a, b)
---
mx.random.seed(3, ctx=mx.cpu()); nd.random.normal(shape=2)
---
from mxnet import profiler; profiler.set_config(profile_all=False); None
---
mx.runtime.feature_list()[:3]; None
---
mx.context.num_gpus(), mx.cpu(), mx.gpu(), mx.current_context()
---
nd.ones((2,2), ctx=mx.gpu())
---
mx.util.is_np_array()
---
with mx.Context(mx.cpu(0)): x = nd.ones(1)
x.context
---
x = nd.ones((4,3)); gluon.utils.split_and_load(x, [mx.cpu(0), mx.cpu(0)])
---
kv = mx.kv.create('local'); kv.init(3, nd.ones((2,2))); a = nd.zeros((2,2)); kv.pull(3, out=a); kv.push(3, [nd.ones((2,2)) * 2] * 2); kv.pull(3, out=a); a
---
p = gluon.Parameter('w', shape=(2,3)); p.initialize(init.Normal(1)); (repr(p), p.data(), p.grad().shape, p.list_ctx())
---
mn = mx.monitor.Monitor(1); None
---
it = mx.gluon.data.Sampler if False else list(gdata.BatchSampler(gdata.SequentialSampler(5), 2, 'keep')); (it, len(list(gdata.RandomSampler(5))), list(gdata.RandomSampler(5)))
""",
)


PREPARED = {"np": X, "nd": Y}  # what many of them begin with
NAMES = """
import numpy as onp, mxnet as mx
from mxnet import autograd, gluon, init, nd, np, npx
from mxnet.gluon import data as gdata, loss as gloss, nn, rnn
from mxnet.gluon.data.vision import transforms
"""
FEW = 24  # elements of an array that are kept one by one
PRIVATE = re.compile(r"0x[0-9a-f]+|(/[\w.+-]+)+/|\[\d\d:\d\d:\d\d\]")


def described(value):
    """Return `value` as JSON: its type, and what it holds; of a large array a few sums."""
    import mxnet
    import numpy

    kind = type(value).__name__
    if isinstance(value, mxnet.nd.NDArray):
        return [f"mxnet {kind}", *described(value.asnumpy())[1:]]
    if isinstance(value, numpy.generic):
        return [f"numpy {value.dtype}", described(value.item())]
    if isinstance(value, numpy.ndarray) and value.dtype.kind in "biuf":
        flat = value.ravel()
        short = (
            flat if flat.size <= FEW else numpy.array([flat.sum(), abs(flat).sum(), *flat[:: flat.size // 9]])
        )
        return ["numpy", str(value.dtype), list(value.shape), [float(f"{x:.5g}") for x in short.tolist()]]
    if isinstance(value, dict):
        return ["dict", [[str(key), described(item)] for key, item in value.items()]]
    if isinstance(value, (list, tuple)):
        return [kind, [described(item) for item in value]]
    if isinstance(value, float):
        return float(f"{value:.5g}")
    return value if value is None or isinstance(value, (bool, int)) else PRIVATE.sub("_", str(value))[:400]


def outcome(semantics, program):
    """Run a program; return its result, what it printed and warned of, or its error."""
    import mxnet
    import numpy

    getattr(mxnet.npx, "set_np" if semantics == "np" else "reset_np")()
    random.seed(0)
    mxnet.random.seed(0)
    numpy.random.seed(0)
    names = {"__name__": "program"}
    exec(NAMES, names)
    *statements, last = ast.parse(program).body
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        warnings.filterwarnings("ignore", "Please use `csr_matrix`")  # SciPy's, at every nd.array of old
        try:
            exec(compile(ast.Module(statements, []), "program", "exec"), names)
            if isinstance(last, ast.Expr):
                result = described(eval(compile(ast.Expression(last.value), "program", "eval"), names))
            else:
                exec(compile(ast.Module([last], []), "program", "exec"), names)
                result = None
        except Exception as error:
            result = ["error", type(error).__name__, PRIVATE.sub("_", str(error).split("\n")[0])[:120]]
    found = {"result": result}
    if printed.getvalue():
        found["printed"] = PRIVATE.sub("_", printed.getvalue().partition("Traceback")[0])
    warned = {str(w.message)[:60] for w in raised}
    if warned:
        found["warned"] = sorted(warned)
    return found


if __name__ == "__main__":
    for semantics, program in PROGRAMS:
        print(json.dumps(outcome(semantics, program), separators=(",", ":")), flush=True)
