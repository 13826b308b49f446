"""The estimate of log p(x | theta) / p(x) that train.py made, and what follows from it."""

import numpy as np
from numpy.polynomial import chebyshev

from common import load_events
from network import Network

WEIGHTS = ("w1", "b1", "w2", "b2", "w3", "b3")
ROWS = 200_000  # calculated at once


def features(events):
    """What the network is shown of an event."""
    pt_a, pt_b, delta_phi, pt_h = events.T
    return np.stack([np.log(pt_a), np.log(pt_b), np.sin(delta_phi), np.cos(delta_phi), np.log(pt_h)], axis=1)


def platt_terms(logit, theta):
    """The terms of the calibrated logit, a(theta) + b(theta) logit with a and b quadratic."""
    return np.stack([np.ones_like(theta), theta, theta**2, logit, logit * theta, logit * theta**2], axis=-1)


class Ratio:
    """Everything in it is an array, so that it is kept as an events file."""

    def __init__(self, parts, on):
        self.parts, self.on = parts, on
        self.network = Network([parts[name] for name in WEIGHTS], on)

    @staticmethod
    def load(path, on):
        return Ratio(load_events(path, (*WEIGHTS, "centre", "width", "platt", "norm")), on)

    def inputs(self, events, theta):
        shown = (features(events) - self.parts["centre"]) / self.parts["width"]
        return np.column_stack([shown, theta]).astype(np.float32)

    def logits(self, inputs):
        pieces = [self.on.get(self.network.logits(self.on.put(inputs[i:i + ROWS]))) for i in range(0, len(inputs), ROWS)]
        return np.concatenate(pieces).astype(float)

    def unnormalised(self, events, grid):
        """log r of each event (row) at each theta of the grid, before the normalisation."""
        inputs = self.inputs(np.repeat(events, len(grid), axis=0), np.tile(grid, len(events)))
        logit = self.logits(inputs).reshape(len(events), len(grid))
        return platt_terms(logit, np.broadcast_to(grid, logit.shape)) @ self.parts["platt"]

    def log_ratio(self, events, grid):
        return self.unnormalised(events, grid) - chebyshev.chebval(grid, self.parts["norm"])
