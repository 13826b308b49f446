"""Step 4: keep the pairs that look like two isolated, central, hard photons."""

import os

import numpy as np

from common import StepError, arguments, load_events, positive, run, save_events, say

MEASURED = ("weight", "mass", "pt1", "pt2", "eta1", "eta2", "iso1", "iso2")


def cuts(events, isolation):
    """Name and mask of each cut, in the order in which they are applied."""
    yield "pT1 > 0.40 m, pT2 > 0.30 m", (
        (events["pt1"] > 0.40 * events["mass"]) & (events["pt2"] > 0.30 * events["mass"]))
    for photon in "12":
        eta = np.abs(events[f"eta{photon}"])
        yield f"|eta{photon}| < 2.37, not 1.37-1.52", (eta < 2.37) & ((eta < 1.37) | (eta > 1.52))
    yield f"isolation < {isolation:g} GeV", (events["iso1"] < isolation) & (events["iso2"] < isolation)


def select(path, output, isolation):
    events = load_events(path, MEASURED)
    total = events["weight"].sum()
    if not total > 0:
        raise StepError(f"{path}: holds no events")
    passed = np.ones(len(events["mass"]), dtype=bool)
    say(f"{path}: {total:.1f} expected or observed events")
    for name, mask in cuts(events, isolation):
        passed &= mask
        yield_now = events["weight"][passed].sum()
        say(f"  {name:32s} {yield_now:10.1f}  ({yield_now / total:6.1%})")
    if not passed.any():
        raise StepError(f"{path}: no event passes the selection")
    kept = {name: column[passed] if np.ndim(column) else column
            for name, column in events.items() if name not in ("iso1", "iso2")}
    save_events(output, kept)


def main():
    parser = arguments(__doc__)
    parser.add_argument("--isolation", type=positive, required=True, help="GeV allowed around a photon")
    parser.add_argument("--output-directory", required=True)
    parser.add_argument("inputs", nargs="+", help="event files")
    options = parser.parse_args()
    for path in options.inputs:
        name, extension = os.path.splitext(os.path.basename(path))
        select(path, os.path.join(options.output_directory, f"{name}_selected{extension}"), options.isolation)


if __name__ == "__main__":
    run(main)
