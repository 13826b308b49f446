"""The likelihood scan over theta, the estimate and its intervals."""

import numpy as np
from numpy.polynomial import chebyshev

from simulator import THETA_HIGH, THETA_LOW

DEGREE = 24  # of the polynomial in theta; the network is asked at one theta more
FINE = np.linspace(THETA_LOW, THETA_HIGH, 2001)
LEVELS = {"68": (1.0, 0.6827), "95": (4.0, 0.9545)}  # rise of -2 ln L, and how often theta is inside

# The polynomial that is exact at the Chebyshev points, as a matrix from there to FINE.
_POINTS = chebyshev.chebpts1(DEGREE + 1)
NODES = (THETA_LOW + THETA_HIGH) / 2 + (THETA_HIGH - THETA_LOW) / 2 * _POINTS
_TO_FINE = chebyshev.chebvander(np.linspace(-1, 1, len(FINE)), DEGREE) @ np.linalg.inv(chebyshev.chebvander(_POINTS, DEGREE))


def scan(ratio, events):
    """-2 ln L above its minimum, on FINE."""
    curve = -2 * _TO_FINE @ ratio.log_ratio(events, NODES).sum(axis=0)
    return curve - curve.min()


def estimate(curve):
    """Estimate, error and intervals of one scan.  The error is half the 68 % interval."""
    best = int(curve.argmin())
    result = {"theta_hat": float(FINE[best])}
    for name, (rise, _) in LEVELS.items():
        # Outwards from the minimum to the first crossing; the end of the range where there is none.
        left, right = curve[best::-1] > rise, curve[best:] > rise
        low = FINE[best - left.argmax()] if left.any() else FINE[0]
        high = FINE[best + right.argmax()] if right.any() else FINE[-1]
        result[f"low_{name}"], result[f"high_{name}"] = float(low), float(high)
        result[f"bounded_{name}"] = bool(left.any() and right.any())
    result["theta_error"] = (result["high_68"] - result["low_68"]) / 2
    return result
