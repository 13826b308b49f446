"""Step 3: make the "observed" data: background + mu * signal, with Poisson fluctuations.

The data are generated anew, not drawn from the simulated samples.  Nature's
backgrounds differ from the simulated ones within their uncertainties, by
amounts that follow from the seed; the fit has to find out.
"""

import numpy as np

from common import MOST_EVENTS, StepError, arguments, not_negative, positive, run, save_events, say, seed
from events import BACKGROUNDS, SIGNAL, SLOPE_UNCERTAINTY, generate, join, shifted_cross_section


def fluctuated(rng, expected):
    if expected > MOST_EVENTS:
        raise StepError(f"{expected:.3g} events expected, more than {MOST_EVENTS}: lower the luminosity or mu")
    return rng.poisson(expected)


def main():
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--mu", type=not_negative, required=True, help="true signal strength")
    parser.add_argument("--luminosity", type=positive, required=True, help="1/fb of data taken")
    parser.add_argument("--seed", type=seed, required=True)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()

    rng = np.random.default_rng([options.seed, 200])
    slope = rng.standard_normal()
    truth = {"mu": options.mu, "slope": slope}
    samples = []
    for name, background in BACKGROUNDS.items():
        norm = truth[name] = rng.standard_normal()
        shift = slope * SLOPE_UNCERTAINTY
        expected = shifted_cross_section(name, shift) * options.luminosity
        expected *= np.exp(norm * np.log(1 + background["uncertainty"]))
        samples.append(generate(rng, name, fluctuated(rng, expected), 1.0, shift))
    expected = options.mu * SIGNAL["cross_section"] * options.luminosity
    samples.append(generate(rng, "signal", fluctuated(rng, expected), 1.0))

    data = join(samples)
    order = rng.permutation(len(data["mass"]))
    data = {name: column[order] for name, column in data.items() if name not in ("process", "true_mass")}
    say(f"data: {len(order)} events recorded in {options.luminosity:g} /fb")
    data.update({f"truth_{name}": np.float64(value) for name, value in truth.items()})
    save_events(options.output, data)


if __name__ == "__main__":
    run(main)
