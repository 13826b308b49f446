"""Step 1, once per slice of theta: simulate events with theta spread evenly over the slice."""

import numpy as np

from common import StepError, arguments, count, run, save_events, seed
from simulator import THETA_HIGH, THETA_LOW, simulate


def main():
    parser = arguments(__doc__)
    parser.add_argument("--slice", type=count, required=True, help="which one, from 1")
    parser.add_argument("--slices", type=count, required=True)
    parser.add_argument("--events", type=count, required=True)
    parser.add_argument("--seed", type=seed, required=True, help="the slices share it, and draw differently")
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    if options.slice > options.slices:
        raise StepError(f"--slice {options.slice}: there are {options.slices}")

    random = np.random.default_rng([options.seed, options.slice])
    edges = np.linspace(THETA_LOW, THETA_HIGH, options.slices + 1)
    theta = random.uniform(edges[options.slice - 1], edges[options.slice], options.events)
    save_events(options.output, {"events": simulate(theta, random), "theta": theta.astype(np.float32)})


if __name__ == "__main__":
    run(main)
