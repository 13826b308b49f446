"""Step 1: simulate the backgrounds, photon pairs and photon + jet, as weighted events.

High masses are rare but matter most, so the masses are drawn from a harder
spectrum than nature's and the weights make up for it.
"""

import numpy as np

from common import arguments, count, positive, run, save_events, say, seed
from events import BACKGROUNDS, generate, join, slope_factor

HARDER = 2.5  # taken off the spectral index


def main():
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--events", type=count, required=True, help="simulated events of each background")
    parser.add_argument("--luminosity", type=positive, required=True, help="1/fb the weights stand for")
    parser.add_argument("--seed", type=seed, required=True)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()

    samples = []
    for number, (name, background) in enumerate(BACKGROUNDS.items()):
        expected = background["cross_section"] * options.luminosity
        rng = np.random.default_rng([options.seed, number])
        sample = generate(rng, name, options.events, 1.0, index_shift=-HARDER)
        factor = slope_factor(sample["true_mass"].astype(float), HARDER)
        sample["weight"] = expected * factor / factor.sum()
        samples.append(sample)
        say(f"{name}: {options.events} simulated events for {expected:.0f} expected")
    save_events(options.output, join(samples))


if __name__ == "__main__":
    run(main)
