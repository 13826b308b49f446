"""Step 2: simulate the new particle, at a signal strength of one, as weighted events."""

import numpy as np

from common import arguments, count, positive, run, save_events, say, seed
from events import SIGNAL, generate


def main():
    parser = arguments(__doc__)
    parser.add_argument("--events", type=count, required=True, help="simulated events")
    parser.add_argument("--luminosity", type=positive, required=True, help="1/fb the weights stand for")
    parser.add_argument("--seed", type=seed, required=True)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()

    expected = SIGNAL["cross_section"] * options.luminosity
    rng = np.random.default_rng([options.seed, 100])
    events = generate(rng, "signal", options.events, expected / options.events)
    say(f"signal: mass {SIGNAL['mass']:.0f} GeV, width {SIGNAL['width']:.0f} GeV, "
        f"{options.events} simulated events for {expected:.0f} expected")
    save_events(options.output, events)


if __name__ == "__main__":
    run(main)
