"""Step 4: estimate theta from the data."""

import numpy as np

from common import StepError, arguments, load_events, run, save_json, say
from inference import FINE, estimate, scan
from network import device
from ratio import Ratio


def main():
    parser = arguments(__doc__)
    parser.add_argument("--ratio", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--device", choices=("auto", "cpu", "gpu", "torch-cpu"), default="auto")
    parser.add_argument("--output", required=True)
    options = parser.parse_args()

    data = load_events(options.data, ("events", "theta_true"))
    curve = scan(Ratio.load(options.ratio, device(options.device)), data["events"])
    result = estimate(curve)
    if not result["bounded_95"]:
        raise StepError("the data do not bound theta inside its range: there are too few")
    true = float(data["theta_true"])
    result = {
        "theta_true": true,
        **result,
        "pull": (result["theta_hat"] - true) / result["theta_error"],
        "significance": float(np.sqrt(curve[np.abs(FINE).argmin()])),
        "events": len(data["events"]),
        "scan": {"theta": FINE[::10].tolist(), "minus_2_ln_l": curve[::10].tolist()},
    }
    say(f"theta = {result['theta_hat']:.3f} +- {result['theta_error']:.3f} (true {true:g}); "
        f"theta = 0 is {result['significance']:.1f} sigma away")
    save_json(options.output, result)


if __name__ == "__main__":
    run(main)
