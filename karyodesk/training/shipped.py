"""Going on from a model that is shipped: from its ONNX file back to a network that learns.

The file holds the weights, but each convolution in it has taken in the normalisation that followed, whose statistics
are gone. They are measured anew on a batch: whatever they are, the network says what the file says; and a batch that is
learnt from is levelled as it would have been.
"""

from collections.abc import Callable
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from karyodesk.training.run import read_mean


def weights_of(start: Path, make: Callable[[], nn.Module], batch: Tensor) -> dict[str, Tensor]:
    """Return the weights to start from: those of a run's checkpoint or, by its ending, of a shipped ONNX file.

    Args:
        start: ``checkpoint.pt`` with averaged weights, or ``*.onnx``.
        make: makes a network of the layers of which the file was exported.
        batch: what that network is given in training, some dozens at least.

    Raises:
        ValueError: where the file is of another network.
    """
    if start.suffix != ".onnx":
        return read_mean(start)
    network = make()
    take_over(network, start, batch)
    return dict(network.state_dict())


@torch.no_grad()
def take_over(network: nn.Module, file: Path, batch: Tensor) -> None:
    """Give a network the weights of an ONNX file that was exported from one of the same layers.

    Args:
        network: gets the weights, and statistics measured on the batch.
        file: written by ``training.export``.
        batch: what the network is given in training, some dozens at least.

    Raises:
        ValueError: where the file is of another network.
    """
    graph = onnx.load(str(file)).graph
    given = {one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in graph.initializer}
    # What several layers have alike stands in the file once.
    given |= {node.output[0]: given[node.input[0]] for node in graph.node if node.op_type == "Identity"}
    names = network.state_dict().keys()
    network.load_state_dict({name: value for name, value in given.items() if name in names}, strict=False)
    merged = [node.input[1:3] for node in graph.node if node.op_type == "Conv" and node.input[1] not in names]
    waiting = [(given[weight], given[bias]) for weight, bias in merged]
    hooks = []
    for module in network.modules():
        if isinstance(module, nn.Conv2d) and module.bias is None:
            hooks.append(module.register_forward_pre_hook(lambda conv, _: _fill(conv, file, waiting)))
        elif isinstance(module, nn.BatchNorm2d):
            hooks.append(module.register_forward_pre_hook(lambda norm, inputs: _level(norm, inputs[0], waiting)))
    network.eval()
    network(batch)
    for hook in hooks:
        hook.remove()
    if waiting:
        raise ValueError(f"{file} is of a network with more layers")


def _fill(conv: nn.Module, file: Path, waiting: list[tuple[Tensor, Tensor]]) -> None:
    """Give the convolution that is about to be used the next weights of the file, which stand in the order of use."""
    assert isinstance(conv, nn.Conv2d)
    if not waiting or conv.weight.shape != waiting[0][0].shape:
        raise ValueError(f"{file} is of a network with other layers")
    conv.weight.copy_(waiting[0][0])


def _level(norm: nn.Module, values: Tensor, waiting: list[tuple[Tensor, Tensor]]) -> None:
    """Let the normalisation behind that convolution do no more than add the bias of the file."""
    assert isinstance(norm, nn.BatchNorm2d)
    _, bias = waiting.pop(0)
    variance, mean = torch.var_mean(values, (0, 2, 3), correction=0)
    norm.running_mean, norm.running_var = mean, variance
    norm.weight.copy_((variance + norm.eps).sqrt())
    norm.bias.copy_(bias + mean)
