"""Step 5: histogram the invariant mass of data and templates, with their uncertainties."""

import numpy as np

from common import StepError, arguments, count, load_events, positive, run, save_json, say
from events import BACKGROUNDS, PROCESSES, SLOPE_UNCERTAINTY, slope_factor


def template(events, name, edges):
    """Expected events per bin, their simulation variance, and the slope variations."""
    chosen = events["process"] == PROCESSES.index(name)
    if not chosen.any():
        raise StepError(f"no {name} event passes the selection")
    mass, weight = events["mass"][chosen], events["weight"][chosen]
    true_mass = events["true_mass"][chosen].astype(float)

    def fill(weights):
        return np.histogram(mass, edges, weights=weights)[0]

    return {
        "nominal": fill(weight).tolist(),
        "variance": fill(weight**2).tolist(),
        "slope_up": fill(weight * slope_factor(true_mass, SLOPE_UNCERTAINTY)).tolist(),
        "slope_down": fill(weight * slope_factor(true_mass, -SLOPE_UNCERTAINTY)).tolist(),
    }


def prefit_error(backgrounds):
    """One sigma of the background before the fit: normalisations, slope and simulation statistics."""
    variance = sum(np.array(one["variance"]) for one in backgrounds.values())
    for name, one in backgrounds.items():
        variance = variance + (BACKGROUNDS[name]["uncertainty"] * np.array(one["nominal"])) ** 2
    slope = sum(np.subtract(one["slope_up"], one["slope_down"]) / 2 for one in backgrounds.values())
    return np.sqrt(variance + slope**2)


def main():
    parser = arguments(__doc__)
    parser.add_argument("--background", required=True)
    parser.add_argument("--signal", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--low", type=positive, required=True, help="GeV")
    parser.add_argument("--high", type=positive, required=True, help="GeV")
    parser.add_argument("--bins", type=count, required=True)
    parser.add_argument("--luminosity", type=positive, required=True, help="1/fb, for the labels")
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    if options.low >= options.high:
        raise StepError(f"the mass range {options.low:g} to {options.high:g} GeV is empty")

    edges = np.linspace(options.low, options.high, options.bins + 1)
    columns = ("process", "weight", "true_mass", "mass")
    background = load_events(options.background, columns)
    signal = template(load_events(options.signal, columns), "signal", edges)
    data = load_events(options.data, ("mass", "truth_mu"))

    backgrounds = {name: template(background, name, edges) for name in BACKGROUNDS}
    observed = np.histogram(data["mass"], edges)[0]
    if not observed.sum():
        raise StepError("no data event is within the mass range")
    expected = sum(np.array(one["nominal"]) for one in backgrounds.values())
    if (expected <= 0).any():
        raise StepError("a bin has no simulated background: use fewer bins or simulate more events")

    for name, one in [*backgrounds.items(), ("signal", signal)]:
        say(f"{name:12s} {sum(one['nominal']):9.1f} expected")
    say(f"{'data':12s} {observed.sum():9d} observed, background alone {expected.sum():.1f}")
    save_json(options.output, {
        "edges": edges.tolist(),
        "luminosity": options.luminosity,
        "data": observed.tolist(),
        "signal": signal,
        "backgrounds": {name: {"uncertainty": BACKGROUNDS[name]["uncertainty"], **one}
                        for name, one in backgrounds.items()},
        "background_error": prefit_error(backgrounds).tolist(),
        "truth": {key[len("truth_"):]: float(value) for key, value in data.items() if key.startswith("truth_")},
    })


if __name__ == "__main__":
    run(main)
