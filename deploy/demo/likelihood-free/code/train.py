"""Step 3: train a classifier to tell (x, theta) that belong together from pairs that do not.

Such a classifier's logit is log p(x | theta) / p(x): the likelihood ratio to the
mixture of all simulated theta, without a likelihood ever being calculated.  Three
parts of the simulation are kept apart: for training, to watch it, and to
calibrate the result.
"""

import numpy as np
from numpy.polynomial import chebyshev

from common import StepError, arguments, count, load_events, positive, run, save_events, save_json, say, seed
from network import Network, device
from ratio import WEIGHTS, Ratio, features, platt_terms
from simulator import THETA_HIGH, THETA_LOW

NORM_DEGREE = 6


def read(paths, random):
    """All slices, shuffled: 80 % to train, 5 % to watch, 15 % to calibrate."""
    slices = [load_events(path, ("events", "theta")) for path in paths]
    order = random.permutation(sum(len(one["theta"]) for one in slices))
    events = np.concatenate([one["events"] for one in slices])[order]
    theta = np.concatenate([one["theta"] for one in slices])[order]
    cuts = [int(0.80 * len(order)), int(0.85 * len(order))]
    return list(zip(np.split(events, cuts), np.split(theta, cuts)))


def pairs(ratio, events, theta, random):
    """Inputs and labels: each event with its own theta (1) and with another's (0)."""
    both = np.concatenate([theta, random.permutation(theta)])
    inputs = ratio.inputs(np.concatenate([events, events]), both)
    return inputs, np.repeat(np.float32([1, 0]), len(theta))


def cross_entropy(logit, labels):
    return float(np.mean(np.logaddexp(0, logit) - labels * logit))


def train(ratio, parts, options, random):
    """The cross-entropy on the events that are not trained on, before and after each epoch."""
    on, network = ratio.on, ratio.network
    watched, watched_labels = pairs(ratio, *parts[1], random)
    losses = [cross_entropy(ratio.logits(watched), watched_labels)]
    own, _ = pairs(ratio, *parts[0], random)
    own = own[: len(own) // 2]
    labels = on.put(np.repeat([1.0, 0.0], options.batch))
    steps = len(own) // options.batch
    if steps == 0:
        raise StepError(f"{len(own)} events to train on are fewer than a batch of {options.batch}")
    total, taken = options.epochs * steps, 0
    for epoch in range(1, options.epochs + 1):
        # On the device once an epoch; the other theta are drawn anew each time.
        random.shuffle(own)
        other = own.copy()
        other[:, -1] = random.permutation(own[:, -1])
        shape = (steps, options.batch, own.shape[1])
        rows = [one[: steps * options.batch].reshape(shape) for one in (own, other)]
        batches = on.put(np.concatenate(rows, axis=1))
        for batch in batches:
            rate = options.rate * 0.5 * (1 + np.cos(np.pi * taken / total))
            network.step(batch, labels, rate)
            taken += 1
        losses.append(cross_entropy(ratio.logits(watched), watched_labels))
        say(f"epoch {epoch:2d} of {options.epochs}: cross-entropy {losses[-1]:.5f}")
    for name, one in zip(WEIGHTS, network.weights):
        ratio.parts[name] = on.get(one)
    return losses


def fit_platt(logit, theta, labels):
    """Logistic regression of the labels on platt_terms, by Newton's method."""
    terms = platt_terms(logit, theta)
    found = np.array([0.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    for _ in range(20):
        expected = 1 / (1 + np.exp(-terms @ found))
        hessian = (terms * (expected * (1 - expected))[:, None]).T @ terms
        change = np.linalg.solve(hessian, terms.T @ (labels - expected))
        found += change
        if np.abs(change).max() < 1e-8:
            return found
    raise StepError("the calibration does not converge: too few events?")


def calibrate(ratio, events, theta, random):
    """Straighten the logit, then see to it that the mean ratio is 1 at every theta, as it must be."""
    inputs, labels = pairs(ratio, events, theta, random)
    ratio.parts["platt"] = fit_platt(ratio.logits(inputs), inputs[:, -1].astype(float), labels)
    grid = np.linspace(THETA_LOW, THETA_HIGH, 33)
    means = np.zeros(len(grid))
    for few in np.array_split(events, max(len(events) // 5000, 1)):
        means += np.exp(ratio.unnormalised(few, grid)).sum(axis=0)
    ratio.parts["norm"] = chebyshev.chebfit(grid, np.log(means / len(events)), NORM_DEGREE)


def reliability(ratio, events, theta, random, bins=20):
    """How often pairs belong together, by what the calibrated classifier says."""
    inputs, labels = pairs(ratio, events, theta, random)
    at = inputs[:, -1].astype(float)
    logit = platt_terms(ratio.logits(inputs), at) @ ratio.parts["platt"] - chebyshev.chebval(at, ratio.parts["norm"])
    said = 1 / (1 + np.exp(-logit))
    chosen = np.minimum((said * bins).astype(int), bins - 1)
    pieces = [(said[chosen == i], labels[chosen == i]) for i in range(bins)]
    return [
        {"said": float(one.mean()), "found": float(own.mean()), "pairs": len(one)}
        for one, own in pieces if len(one) >= 100]


def main():
    parser = arguments(__doc__)
    parser.add_argument("--epochs", type=count, required=True)
    parser.add_argument("--width", type=count, default=32, help="of the hidden layers")
    parser.add_argument("--batch", type=count, default=1024)
    parser.add_argument("--rate", type=positive, default=3e-3, help="of learning, at the beginning")
    parser.add_argument("--seed", type=seed, required=True)
    parser.add_argument("--device", choices=("auto", "cpu", "gpu", "torch-cpu"), default="auto")
    parser.add_argument("--output", required=True)
    parser.add_argument("--report", required=True)
    parser.add_argument("simulations", nargs="+")
    options = parser.parse_args()

    on = device(options.device)
    say(f"training on {on.name}")
    random = np.random.default_rng(options.seed)
    parts = read(options.simulations, random)
    shown = features(parts[0][0])
    start = dict(zip(WEIGHTS, Network.fresh(shown.shape[1] + 1, options.width, random)))
    ratio = Ratio({**start, "centre": shown.mean(axis=0), "width": shown.std(axis=0)}, on)

    losses = train(ratio, parts, options, random)
    calibrate(ratio, *parts[2], random)
    save_events(options.output, ratio.parts)
    save_json(options.report, {
        "device": on.name,
        "events": {name: len(one[1]) for name, one in zip(("training", "watching", "calibration"), parts)},
        "losses": losses,
        "platt": ratio.parts["platt"].tolist(),
        "norm": ratio.parts["norm"].tolist(),
        "reliability": reliability(ratio, *parts[1], random),
    })


if __name__ == "__main__":
    run(main)
