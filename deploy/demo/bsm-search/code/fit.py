"""Step 6: fit signal strength and nuisance parameters to the mass histogram.

The likelihood is a Poisson term per bin, a unit Gaussian constraint per
systematic uncertainty, and one Gaussian-constrained factor per bin for the
limited simulation, which is eliminated exactly (Barlow and Beeston, "lite").
"""

import math

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import gammaln, xlogy

from common import StepError, arguments, load_json, positive, run, save_json, say


class Model:
    """Expected events per bin, and the likelihood, as functions of the parameters."""

    def __init__(self, histograms):
        self.data = np.array(histograms["data"], dtype=float)
        self.signal = np.array(histograms["signal"]["nominal"])
        self.backgrounds = {name: np.array(one["nominal"]) for name, one in histograms["backgrounds"].items()}
        self.log_norm = {name: math.log1p(one["uncertainty"]) for name, one in histograms["backgrounds"].items()}
        # A shift of the spectral index scales each bin exponentially.
        self.log_slope = {
            name: np.log(np.maximum(one["slope_up"], 1e-12) / np.maximum(one["slope_down"], 1e-12)) / 2
            for name, one in histograms["backgrounds"].items()}
        variance = sum(np.array(one["variance"]) for one in histograms["backgrounds"].values())
        self.relative_variance = variance / sum(self.backgrounds.values()) ** 2
        self.names = ["mu", *(f"{name}_norm" for name in self.backgrounds), "slope"]

    def background(self, parameters):
        """Each background per bin; the nuisance parameters are in units of their uncertainty."""
        norms, slope = parameters[1:-1], parameters[-1]
        return {name: nominal * np.exp(norm * self.log_norm[name] + slope * self.log_slope[name])
                for norm, (name, nominal) in zip(norms, self.backgrounds.items())}

    def statistical_factor(self, background, signal):
        """The factor per bin on the background that the limited simulation allows and the data like best."""
        v = np.maximum(self.relative_variance, 1e-12)
        # d/df of (f b + s) - n log(f b + s) + (f - 1)^2 / (2 v) is zero: a quadratic in f.
        b = signal + background * (background * v - 1)
        c = signal * (background * v - 1) - self.data * background * v
        # a f^2 + b f + c = 0 with a = background
        return (-b + np.sqrt(np.maximum(b**2 - 4 * background * c, 0))) / (2 * background)

    def nll(self, parameters):
        """-log L, less the same for a model that meets the data exactly."""
        background = sum(self.background(parameters).values())
        signal = parameters[0] * self.signal
        factor = self.statistical_factor(background, signal)
        expected = np.maximum(factor * background + signal, 1e-9)
        poisson = expected - self.data - xlogy(self.data, expected) + xlogy(self.data, self.data)
        statistics = (factor - 1) ** 2 / (2 * np.maximum(self.relative_variance, 1e-12))
        return poisson.sum() + statistics.sum() + 0.5 * np.square(parameters[1:]).sum()

    def constant(self):
        """What nll leaves out of the full -log L."""
        return float((self.data - xlogy(self.data, self.data) + gammaln(self.data + 1)).sum())


def minimum(function, start):
    """The place and depth of the minimum; polished, as the scan needs differences of 0.01."""
    result = minimize(function, start, method="BFGS", options={"gtol": 1e-4})
    result = minimize(function, result.x, method="Nelder-Mead",
                      options={"xatol": 1e-5, "fatol": 1e-8, "maxiter": 4000})
    return result.x, float(result.fun)


def derivatives(function, place, step=0.01):
    """Gradient and Hessian by central differences."""
    n = len(place)
    unit = np.eye(n) * step
    gradient = np.array([(function(place + u) - function(place - u)) / (2 * step) for u in unit])
    hessian = np.empty((n, n))
    for i in range(n):
        for j in range(i, n):
            hessian[i, j] = hessian[j, i] = (
                function(place + unit[i] + unit[j]) - function(place + unit[i] - unit[j])
                - function(place - unit[i] + unit[j]) + function(place - unit[i] - unit[j])) / (4 * step**2)
    return gradient, hessian


def postfit(model, best, covariance):
    """Yields per bin at the best fit, and the uncertainty of the background."""
    def total(parameters):
        return sum(model.background(parameters).values())

    signal = best[0] * model.signal
    factor = model.statistical_factor(total(best), signal)
    slopes = np.array([(total(best + u) - total(best - u)) / 0.02 for u in np.eye(len(best)) * 0.01])
    shape_variance = np.einsum("ib,ij,jb->b", slopes, covariance, slopes)
    statistics = (total(best) ** 2) * model.relative_variance
    # The data constrain the simulation's factor as well.
    statistics = 1 / (1 / np.maximum(statistics, 1e-12) + 1 / np.maximum(total(best) + signal, 1e-9))
    return {
        "signal": signal.tolist(),
        "backgrounds": {name: (factor * one).tolist() for name, one in model.background(best).items()},
        "background_error": np.sqrt(shape_variance + statistics).tolist(),
    }


def crossing(delta, best, step, direction, level):
    """Where the profiled delta(-log L) reaches the level, to one side of the minimum."""
    far = best + direction * step
    for _ in range(20):
        if delta(far) > level:
            return float(brentq(lambda mu: delta(mu) - level, best, far, xtol=1e-4))
        far += direction * step
    raise StepError("the likelihood scan does not end: is there any signal sensitivity?")


def main():
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--histograms", required=True)
    parser.add_argument("--scan-width", type=positive, default=3.0, help="half width of the scan in standard errors")
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    histograms = load_json(options.histograms, ("edges", "data", "signal", "backgrounds", "truth"))
    model = Model(histograms)

    say(f"fitting {len(model.names)} parameters and {len(model.data)} simulation factors to {len(model.data)} bins")
    best, nll = minimum(model.nll, np.array([1.0] + [0.0] * (len(model.names) - 1)))
    gradient, hessian = derivatives(model.nll, best)
    try:
        covariance = np.linalg.inv(hessian)
    except np.linalg.LinAlgError:
        raise StepError("the fit has no unique minimum") from None
    if (np.diag(covariance) <= 0).any():
        raise StepError("the fit has no minimum")
    errors = np.sqrt(np.diag(covariance))
    distance = float(gradient @ covariance @ gradient / 2)
    converged = bool(distance < 1e-3 and (np.linalg.eigvalsh(hessian) > 0).all())

    # The profile likelihood: for each mu, the other parameters at their best.
    def delta(mu):
        rest = best[1:] + covariance[1:, 0] / covariance[0, 0] * (mu - best[0])
        return minimum(lambda others: model.nll(np.array([mu, *others])), rest)[1] - nll

    mu, error = float(best[0]), float(errors[0])
    q0 = 2 * max(delta(0.0), 0.0) if mu > 0 else 0.0
    significance = math.sqrt(q0)
    low, high = crossing(delta, mu, error, -1, 0.5), crossing(delta, mu, error, +1, 0.5)
    limit = crossing(delta, mu, error, +1, 0.5 * 1.6449**2)
    scan = np.linspace(mu - options.scan_width * error, mu + options.scan_width * error, 25)

    truth = histograms["truth"]
    result = {
        "mu_true": truth["mu"],
        "mu_hat": mu,
        "mu_error": error,
        "mu_error_low": low - mu,
        "mu_error_high": high - mu,
        "mu_upper_limit_95": limit,
        "pull": (mu - truth["mu"]) / error,
        "nll": nll + model.constant(),
        "goodness_2nll": 2 * nll,
        "degrees_of_freedom": len(model.data) - 1,
        "significance": significance,
        "p_value": 0.5 * math.erfc(significance / math.sqrt(2)),
        "converged": converged,
        "estimated_distance_to_minimum": distance,
        "nuisances": {
            name: {"value": float(value), "error": float(sigma),
                   "true_value": truth.get(name.removesuffix("_norm"))}
            for name, value, sigma in zip(model.names[1:], best[1:], errors[1:])},
        "parameters": model.names,
        "correlation": (covariance / np.outer(errors, errors)).tolist(),
        "scan": {"mu": scan.tolist(), "delta_nll": [max(delta(value), 0.0) for value in scan]},
        "postfit": postfit(model, best, covariance),
    }
    for name, one in result["nuisances"].items():
        say(f"{name:16s} {one['value']:+.2f} +- {one['error']:.2f} sigma")
    say(f"mu = {mu:.3f} +- {error:.3f} (true {truth['mu']:g}), scan {low - mu:+.3f} {high - mu:+.3f}; "
        f"significance {significance:.1f} sigma; mu < {limit:.2f} at 95% CL; "
        f"{'converged' if converged else 'NOT CONVERGED'}")
    save_json(options.output, result)
    if not converged:
        raise StepError(f"the fit did not converge (estimated distance {distance:.2g})")


if __name__ == "__main__":
    run(main)
