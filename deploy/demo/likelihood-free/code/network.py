"""A small neural network, trained with the same few lines on the processor or a GPU."""

import math

import numpy as np

from common import StepError


class Processor:
    """numpy."""

    name = "CPU (numpy)"
    tanh = staticmethod(np.tanh)
    exp = staticmethod(np.exp)
    sqrt = staticmethod(np.sqrt)

    @staticmethod
    def put(array):
        return np.ascontiguousarray(array, dtype=np.float32)

    @staticmethod
    def get(array):
        return np.asarray(array)


class Torch:
    """PyTorch's tensors, which calculate on the device they are on."""

    def __init__(self, torch, device):
        self.torch, self.device = torch, device
        self.name = torch.cuda.get_device_name(device) if device == "cuda" else f"{device} (torch)"
        self.tanh, self.exp, self.sqrt = torch.tanh, torch.exp, torch.sqrt

    def put(self, array):
        return self.torch.as_tensor(np.ascontiguousarray(array, dtype=np.float32), device=self.device)

    @staticmethod
    def get(array):
        return array.cpu().numpy()


def device(choice):
    """auto: a GPU if PyTorch is there and finds one, else the processor; gpu: the GPU or an error."""
    if choice == "cpu":
        return Processor()
    try:
        import torch
    except ImportError:
        torch = None
    if choice == "torch-cpu" and torch:
        return Torch(torch, "cpu")
    if choice != "torch-cpu" and torch and torch.cuda.is_available():
        return Torch(torch, "cuda")
    if choice == "auto":
        return Processor()
    raise StepError(f"--device {choice}: " + ("PyTorch finds no GPU" if torch else "PyTorch is not installed"))


class Network:
    """Two hidden layers of tanh and one output, the logit; trained with Adam."""

    def __init__(self, weights, on):
        self.on = on
        self.weights = [on.put(one) for one in weights]
        self._mean = [on.put(np.zeros_like(one)) for one in weights]
        self._square = [on.put(np.zeros_like(one)) for one in weights]
        self._steps = 0

    @staticmethod
    def fresh(inputs, width, random):
        """Weights drawn for a new network (Glorot), in the order weight, bias, weight, bias, ..."""
        sizes = (inputs, width, width, 1)
        weights = []
        for before, after in zip(sizes, sizes[1:]):
            weights.append(random.normal(0.0, math.sqrt(2.0 / (before + after)), (before, after)))
            weights.append(np.zeros(after))
        return [one.astype(np.float32) for one in weights]

    def _layers(self, batch):
        w1, b1, w2, b2, w3, b3 = self.weights
        first = self.on.tanh(batch @ w1 + b1)
        second = self.on.tanh(first @ w2 + b2)
        return first, second, (second @ w3 + b3)[:, 0]

    def logits(self, batch):
        return self._layers(batch)[2]

    def step(self, batch, labels, rate):
        """One step down the gradient of the mean cross-entropy."""
        first, second, logit = self._layers(batch)
        w2, w3 = self.weights[2], self.weights[4]
        slope = ((1 / (1 + self.on.exp(-logit)) - labels) / len(labels))[:, None]
        back2 = (slope @ w3.T) * (1 - second * second)
        back1 = (back2 @ w2.T) * (1 - first * first)
        gradients = [batch.T @ back1, back1.sum(0), first.T @ back2, back2.sum(0), second.T @ slope, slope.sum(0)]
        self._adam(gradients, rate)

    def _adam(self, gradients, rate, keep_mean=0.9, keep_square=0.999, least=1e-8):
        self._steps += 1
        rate = rate * math.sqrt(1 - keep_square**self._steps) / (1 - keep_mean**self._steps)
        for one, gradient, mean, square in zip(self.weights, gradients, self._mean, self._square):
            mean *= keep_mean
            mean += (1 - keep_mean) * gradient
            square *= keep_square
            square += (1 - keep_square) * gradient * gradient
            one -= rate * mean / (self.on.sqrt(square) + least)
