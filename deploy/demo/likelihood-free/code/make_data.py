"""Step 2: the events that stand for the experiment's data, with a theta the estimator is not told."""

import numpy as np

from common import StepError, arguments, count, run, save_events, say, seed
from simulator import THETA_HIGH, THETA_LOW, simulate


def main():
    parser = arguments(__doc__)
    parser.add_argument("--theta", type=float, required=True)
    parser.add_argument("--events", type=count, required=True)
    parser.add_argument("--seed", type=seed, required=True)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    if not THETA_LOW < options.theta < THETA_HIGH:
        raise StepError(f"--theta {options.theta:g} is not between {THETA_LOW:g} and {THETA_HIGH:g}")

    random = np.random.default_rng(options.seed)
    events = simulate(np.full(options.events, options.theta), random)
    save_events(options.output, {"events": events, "theta_true": np.array(options.theta)})
    say(f"{options.events} events with theta = {options.theta:g}")


if __name__ == "__main__":
    run(main)
