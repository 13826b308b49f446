"""Step 7: is the answer right?  Ends with an error, which fails the workflow, if not.

What is asked follows from statistics alone, with the probability that a right
analysis fails it: the true theta within 3 errors of the estimate (0.3 %), and as many
experiments whose interval holds the true theta as a binomial test allows, for all
theta together (0.2 % for both intervals) and for each of them (0.2 %).
Besides, a bias of the estimates is borne up to a quarter of their error.
"""

from scipy.stats import binomtest

from common import StepError, arguments, load_json, run, say

MOST_PULL = 3.0
LEAST_P_VALUE = 0.001
MOST_BIAS = 0.25  # in units of the error: it costs 1.5 % of the 68 % interval's coverage


def problems(estimate, coverage):
    """Everything that is wrong, a line each."""
    if not abs(estimate["pull"]) <= MOST_PULL:
        yield f"the estimate {estimate['theta_hat']:.3f} is {abs(estimate['pull']):.1f} errors from the true {estimate['theta_true']:g}"
    total, points = coverage["experiments"], coverage["points"]
    for name, nominal in coverage["levels"].items():
        parts = [(f"theta {point['theta']:g}", point["inside"][name], point["experiments"]) for point in points]
        everything = ("all theta", sum(inside for _, inside, _ in parts), total)
        for where, inside, tried in (*parts, everything):
            p_value = binomtest(inside, tried, nominal).pvalue
            text = (f"{where}: the {name} % interval holds the true value in {inside} of {tried} experiments, "
                    f"{100 * inside / tried:.1f} % (nominal {100 * nominal:.1f} %, p-value {p_value:.2g})")
            say(text)
            if not p_value >= (LEAST_P_VALUE if where == "all theta" else LEAST_P_VALUE / len(parts)):
                yield text
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
