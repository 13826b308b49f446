"""Step 7: is the answer right?  Ends with an error, which fails the workflow, if not.

What is asked follows from statistics alone, with the probability that a right
analysis fails it: the true theta within 3 errors of the estimate (0.3 %), and the
number of experiments whose interval holds the true theta as likely as 0.1 % or
more if the interval is what it says, at each level, for all points together (0.2 %).
Besides, a bias of the estimates is borne up to a quarter of their error.
"""

from scipy.stats import binomtest

from common import StepError, arguments, load_json, run, say

MOST_PULL = 3.0
LEAST_P_VALUE = 0.001
MOST_BIAS = 0.25  # in units of the error: it costs 2 % of the 68 % interval's coverage


def problems(estimate, coverage):
    """Everything that is wrong, a line each."""
    if not abs(estimate["pull"]) <= MOST_PULL:
        yield f"the estimate {estimate['theta_hat']:.3f} is {abs(estimate['pull']):.1f} errors from the true {estimate['theta_true']:g}"
    total = coverage["experiments"]
    for name, nominal in coverage["levels"].items():
        inside = sum(point["inside"][name] for point in coverage["points"])
        p_value = binomtest(inside, total, nominal).pvalue
        say(f"{name} % interval: {inside} of {total} hold the true value, {100 * inside / total:.1f} % "
            f"(nominal {100 * nominal:.1f} %, p-value {p_value:.2g})")
        if not p_value >= LEAST_P_VALUE:
            yield f"the {name} % interval holds the true value in {100 * inside / total:.1f} % of {total} experiments (p-value {p_value:.2g})"
    error = coverage["pull_width"] / total**0.5
    say(f"bias: {coverage['pull_mean']:+.3f} +- {error:.3f} errors")
    if not abs(coverage["pull_mean"]) <= MOST_BIAS + 3 * error:
        yield f"the estimates are off by {coverage['pull_mean']:+.2f} +- {error:.2f} errors on average"


def main():
    parser = arguments(__doc__)
    parser.add_argument("--estimate", required=True)
    parser.add_argument("--coverage", required=True)
    options = parser.parse_args()
    estimate = load_json(options.estimate, ("theta_hat", "theta_true", "pull"))
    coverage = load_json(options.coverage, ("experiments", "levels", "points", "pull_mean", "pull_width"))
    say(f"estimate: {estimate['pull']:+.2f} errors from the true value")
    found = list(problems(estimate, coverage))
    if found:
        raise StepError("; ".join(found))
    say("the estimate and its intervals are right")


if __name__ == "__main__":
    run(main)
