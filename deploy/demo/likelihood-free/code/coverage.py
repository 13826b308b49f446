"""Step 5: repeat the experiment many times, each with a known theta, and count how often it is found."""

import numpy as np

from common import StepError, arguments, count, run, save_json, say, seed
from inference import LEVELS, estimate, scan
from network import device
from ratio import Ratio
from simulator import THETA_HIGH, THETA_LOW, simulate


def point(ratio, theta, experiments, events, random):
    """What the experiments at one theta found."""
    found = [estimate(scan(ratio, simulate(np.full(events, theta), random))) for _ in range(experiments)]
    hats = np.array([one["theta_hat"] for one in found])
    pulls = (hats - theta) / np.array([one["theta_error"] for one in found])
    inside = {
        name: sum(one[f"low_{name}"] <= theta <= one[f"high_{name}"] for one in found) for name in LEVELS}
    say(f"theta {theta:+.2f}: mean estimate {hats.mean():+.4f} +- {hats.std(ddof=1) / len(hats) ** 0.5:.4f}, "
        f"pull {pulls.mean():+.2f}, width {pulls.std(ddof=1):.2f}, "
        + ", ".join(f"{100 * inside[name] / experiments:.1f} % in {name} %" for name in LEVELS))
    return {"theta": theta, "experiments": experiments, "inside": inside, "theta_hat": hats.tolist(), "pulls": pulls.tolist()}


def main():
    parser = arguments(__doc__)
    parser.add_argument("--ratio", required=True)
    parser.add_argument("--theta", type=float, nargs="+", required=True)
    parser.add_argument("--experiments", type=count, required=True, help="at each theta")
    parser.add_argument("--events", type=count, required=True, help="in each experiment")
    parser.add_argument("--seed", type=seed, required=True)
    parser.add_argument("--device", choices=("auto", "cpu", "gpu", "torch-cpu"), default="auto")
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    if not all(THETA_LOW < theta < THETA_HIGH for theta in options.theta):
        raise StepError(f"--theta: each must be between {THETA_LOW:g} and {THETA_HIGH:g}")
    if options.experiments < 2:
        raise StepError("--experiments must be 2 or more")

    ratio = Ratio.load(options.ratio, device(options.device))
    random = np.random.default_rng(options.seed)
    points = [point(ratio, theta, options.experiments, options.events, random) for theta in options.theta]
    pulls = np.concatenate([one["pulls"] for one in points])
    total = len(pulls)
    save_json(options.output, {
        "experiments": total,
        "events": options.events,
        "levels": {name: nominal for name, (_, nominal) in LEVELS.items()},
        "coverage": {name: sum(one["inside"][name] for one in points) / total for name in LEVELS},
        "pull_mean": float(pulls.mean()),
        "pull_width": float(pulls.std(ddof=1)),
        "points": points,
    })


if __name__ == "__main__":
    run(main)
