"""PyTorch."""

from functools import partial

import torch
from torch import nn
from torch.nn import functional

from kits import LikeTorch, in_this_process


class Kit(LikeTorch):
    """PyTorch's words."""

    axis, keep = "dim", "keepdim"
    types = ("bfloat16", "float16", "float64")
    torch, nn, F, Layer = torch, nn, functional, nn.Module
    dataset = torch.utils.data.TensorDataset

    def classes(self):
        return {"net": nn.Linear, "loss": nn.CrossEntropyLoss, "updater": torch.optim.SGD}

    def seed(self):
        torch.manual_seed(0)

    def draws(self):
        torch.manual_seed(0)
        return torch.randn(3).tolist()

    def settings(self):
        return {
            "default dtype": torch.get_default_dtype(),
            "default device": torch.tensor(0).device,
            "grad mode": torch.is_grad_enabled(),
            "generator": torch.get_rng_state().tolist(),
            "seed": torch.initial_seed(),
            "threads": torch.get_num_threads(),
            "warn always": torch.is_warn_always_enabled(),
            "deterministic": torch.are_deterministic_algorithms_enabled(),
            "matmul precision": torch.get_float32_matmul_precision(),
            "autocast": torch.is_autocast_enabled(),
            "print options": vars(torch._tensor_str.PRINT_OPTS),
        }

    def tensor(self, array):
        return torch.tensor(array)

    def dtype(self, name):
        return getattr(torch, name)

    def cast(self, tensor, dtype):
        return tensor.to(self.dtype(dtype))

    def trainable(self, tensor):
        return tensor.requires_grad_()

    def subclassed(self, tensor):
        own = type("Own", (torch.Tensor,), {"__module__": __name__})
        return tensor.as_subclass(own).requires_grad_()

    def module_parameter(self, tensor):
        return nn.Parameter(tensor)

    def linear(self, weights, bias, dropout):
        linear = nn.Linear(*weights.shape)
        with torch.no_grad():
            linear.weight.copy_(self.tensor(weights.T))
            linear.bias.copy_(self.tensor(bias))
        net = nn.Sequential(nn.Dropout(0.5), linear) if dropout else nn.Sequential(linear)
        return net, list(net.parameters())

    def descent(self, params, lr):
        return torch.optim.SGD(params, lr=lr)

    def unfit_losses(self):
        return {**super().unfit_losses(), "Huber, a partial": partial(functional.huber_loss, delta=2.0)}

    def ctx(self):
        return torch.device("cpu")

    def read_here(self, part):
        in_this_process(torch.utils.data.DataLoader)
