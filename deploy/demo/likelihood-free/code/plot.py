"""Step 6: draw what was simulated, learned, found and covered, each as PDF and PNG."""

import atexit
import os
import shutil
import tempfile

# Before matplotlib is loaded: no home directory need be writable, no display need be there.
os.environ["MPLCONFIGDIR"] = tempfile.mkdtemp(prefix="matplotlib-")
os.environ["MPLBACKEND"] = "Agg"
atexit.register(shutil.rmtree, os.environ["MPLCONFIGDIR"], ignore_errors=True)

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import AutoMinorLocator
from scipy.stats import beta, norm

from check import MOST_BIAS
from common import arguments, load_events, load_json, run, say
from inference import LEVELS

BLUE, ORANGE, RED, GREY = "#2b6ca3", "#e08a1e", "#c8232c", "#777777"
LEVEL_COLOURS = {"68": BLUE, "95": ORANGE}
BANDS = {"68": "#bcd4e8", "95": "#f9e3c4"}
TITLES = {
    "delta_phi": r"$\Delta\phi$ between the jets [rad]",
    "pt_a": r"$p_T$ of jet a [GeV]",
    "pt_h": r"$p_T$ of the Higgs boson [GeV]",
}

plt.rcParams.update({
    "font.family": "DejaVu Sans", "font.size": 11, "mathtext.fontset": "dejavusans",
    "axes.linewidth": 1.0, "axes.labelsize": 12, "axes.titlesize": 12,
    "xtick.direction": "in", "ytick.direction": "in", "xtick.top": True, "ytick.right": True,
    "xtick.major.size": 6, "xtick.minor.size": 3, "ytick.major.size": 6, "ytick.minor.size": 3,
    "legend.frameon": False, "legend.fontsize": 10, "pdf.fonttype": 42,
})


def finish(figure):
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if axis.get_scale() == "linear":
                axis.set_minor_locator(AutoMinorLocator())
    return figure


def observables(simulations, data):
    """Three of the observables: simulation near three values of theta, and the data."""
    events = np.concatenate([one["events"] for one in simulations])
    theta = np.concatenate([one["theta"] for one in simulations])
    figure, panels = plt.subplots(1, 3, figsize=(12, 4.2), layout="constrained")
    columns = {"delta_phi": (2, np.linspace(-np.pi, np.pi, 21)), "pt_a": (0, np.linspace(30, 430, 21)),
               "pt_h": (3, np.linspace(0, 500, 21))}
    for axes, (name, (column, edges)) in zip(panels, columns.items()):
        for centre, colour in ((-0.8, ORANGE), (0.0, GREY), (0.8, BLUE)):
            near = np.abs(theta - centre) < 0.1
            axes.stairs(np.histogram(events[near, column], edges, density=True)[0], edges, color=colour,
                        linewidth=1.7, label=rf"simulated, $\theta \approx {centre:g}$")
        seen = np.histogram(data["events"][:, column], edges)[0]
        scale = 1 / (len(data["events"]) * np.diff(edges))
        axes.errorbar((edges[:-1] + edges[1:]) / 2, seen * scale, yerr=np.sqrt(seen) * scale, fmt="o",
                      color="black", markersize=4, elinewidth=1.1, label=f"data, {len(data['events'])} events")
        axes.set_xlim(edges[0], edges[-1])
        axes.set_ylim(0, 1.35 * axes.get_ylim()[1])
        axes.set_xlabel(TITLES[name])
        axes.set_ylabel("Probability density")
    handles, labels = panels[0].get_legend_handles_labels()
    panels[2].legend(handles, labels, loc="upper right")
    panels[0].set_title(r"$\bf{SCAILFIN}$  simulated Higgs + 2 jets", loc="left")
    return finish(figure)


def classifier(training):
    """How the training went, and whether the classifier means what it says."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4.4), layout="constrained")
    losses = training["losses"][1:]
    left.plot(range(1, len(losses) + 1), losses, "o-", color=BLUE, markersize=4)
    left.set_xlabel("Epoch")
    left.set_ylabel("Cross-entropy on events not trained on")
    left.set_title("Training", loc="left")

    said, found, pairs = (np.array([one[key] for one in training["reliability"]]) for key in ("said", "found", "pairs"))
    right.plot([0, 1], [0, 1], color=GREY, linewidth=1, label="what it should be")
    right.errorbar(said, found, yerr=np.sqrt(said * (1 - said) / pairs), fmt="o", color=BLUE, markersize=4.5,
                   elinewidth=1.2, label=f"{pairs.sum()} pairs not trained on")
    right.set_xlim(0, 1)
    right.set_ylim(0, 1)
    right.set_aspect("equal")
    right.set_xlabel("Probability the classifier states")
    right.set_ylabel("Fraction that belongs together")
    right.set_title("Calibration", loc="left")
    right.legend(loc="upper left")
    return finish(figure)


def likelihood(found):
    """The scan over theta with both intervals, the estimate and the truth."""
    theta, rise = (np.array(found["scan"][key]) for key in ("theta", "minus_2_ln_l"))
    figure, axes = plt.subplots(figsize=(6.8, 5.2), layout="constrained")
    for name in reversed(LEVELS):  # the narrower one over the wider one
        axes.axvspan(found[f"low_{name}"], found[f"high_{name}"], color=BANDS[name], linewidth=0, label=f"{name} % interval")
        axes.axhline(LEVELS[name][0], color=GREY, linewidth=0.9, linestyle=":")
    axes.plot(theta, rise, color="black", linewidth=1.9)
    axes.axvline(found["theta_hat"], color="black", linewidth=1.1, linestyle="--", label="estimate")
    axes.axvline(found["theta_true"], color=RED, linewidth=1.7, label="true value")
    reach = 4.5 * found["theta_error"]
    axes.set_xlim(max(theta[0], found["theta_hat"] - reach), min(theta[-1], found["theta_hat"] + reach))
    axes.set_ylim(0, 14)
    axes.set_xlabel(r"$\theta$", loc="right")
    axes.set_ylabel(r"$-2\,\Delta\ln L(\theta)$ from the classifier", loc="top")
    axes.set_title(r"$\bf{SCAILFIN}$  likelihood-free inference", loc="left")
    above, below = found["high_68"] - found["theta_hat"], found["low_68"] - found["theta_hat"]
    axes.text(0.5, 0.94, rf"$\hat{{\theta}} = {found['theta_hat']:.3f}\,^{{{above:+.3f}}}_{{{below:+.3f}}}$"
              rf"   (true $\theta = {found['theta_true']:g}$)", transform=axes.transAxes, ha="center", va="top",
              fontsize=12, bbox={"facecolor": "white", "edgecolor": "#888888", "boxstyle": "round,pad=0.45", "linewidth": 0.8})
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.86), framealpha=0.9, frameon=True, edgecolor="none")
    return finish(figure)


def covered(coverage):
    """Coverage at each theta, the estimates against the truth, and the pulls."""
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(13.5, 4.5), layout="constrained")
    points = coverage["points"]
    theta = np.array([one["theta"] for one in points])
    tried = np.array([one["experiments"] for one in points])
    for name, nominal in coverage["levels"].items():
        inside = np.array([one["inside"][name] for one in points])
        # The central 68 % interval of a binomial probability (Clopper and Pearson).
        low = np.where(inside > 0, beta.ppf(0.1587, np.maximum(inside, 1), tried - inside + 1), 0.0)
        high = np.where(inside < tried, beta.ppf(0.8413, inside + 1, np.maximum(tried - inside, 1)), 1.0)
        share = inside / tried
        left.axhline(100 * nominal, color=LEVEL_COLOURS[name], linewidth=1.3, linestyle="--")
        left.errorbar(theta, 100 * share, yerr=100 * np.array([share - low, high - share]), fmt="o", markersize=5.5,
                      color=LEVEL_COLOURS[name], label=f"{100 * nominal:.1f} % interval: {100 * coverage['coverage'][name]:.1f} % overall")
    left.set_ylim(45, 110)
    left.set_xlabel(r"True $\theta$")
    left.set_ylabel("Experiments that hold the true value [%]")
    left.set_title(f"Coverage, {coverage['experiments']} experiments", loc="left")
    left.legend(loc="upper left")

    means = [np.mean(one["pulls"]) for one in points]
    errors = [np.std(one["pulls"], ddof=1) / len(one["pulls"]) ** 0.5 for one in points]
    middle.axhspan(-MOST_BIAS, MOST_BIAS, color=BANDS["68"], linewidth=0, label="what the check bears of the average")
    middle.axhline(0, color=GREY, linewidth=1)
    middle.errorbar(theta, means, yerr=errors, fmt="o", markersize=5.5, color="black", label="mean and its error")
    middle.set_ylim(-1, 1)
    middle.set_xlabel(r"True $\theta$")
    middle.set_ylabel(r"Mean of $(\hat{\theta} - \theta)$ / error")
    middle.set_title(f"Bias, {coverage['events']} events each", loc="left")
    middle.legend(loc="upper left")

    pulls = np.concatenate([one["pulls"] for one in points])
    edges = np.linspace(-4, 4, 33)
    right.stairs(np.histogram(pulls, edges)[0], edges, fill=True, color=BLUE, alpha=0.55,
                 label=f"mean ${coverage['pull_mean']:+.2f}$, width ${coverage['pull_width']:.2f}$")
    at = np.linspace(-4, 4, 200)
    right.plot(at, norm.pdf(at) * len(pulls) * (edges[1] - edges[0]), color=RED, linewidth=1.7, label="unit Gaussian")
    right.set_xlim(-4, 4)
    right.set_ylim(0, 1.35 * right.get_ylim()[1])
    right.set_xlabel(r"$(\hat{\theta} - \theta)$ / error")
    right.set_ylabel("Experiments")
    right.set_title("Pulls", loc="left")
    right.legend(loc="upper right")
    return finish(figure)


def main():
    parser = arguments(__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--training", required=True)
    parser.add_argument("--estimate", required=True)
    parser.add_argument("--coverage", required=True)
    parser.add_argument("--output-directory", required=True)
    parser.add_argument("simulations", nargs="+")
    options = parser.parse_args()
    simulations = [load_events(path, ("events", "theta")) for path in options.simulations]
    figures = {
        "observables": observables(simulations, load_events(options.data, ("events",))),
        "classifier": classifier(load_json(options.training, ("losses", "reliability"))),
        "likelihood": likelihood(load_json(options.estimate, ("theta_hat", "theta_true", "scan"))),
        "coverage": covered(load_json(options.coverage, ("points", "coverage", "levels"))),
    }
    os.makedirs(options.output_directory, exist_ok=True)
    for name, figure in figures.items():
        for extension, details in (("pdf", {"CreationDate": None}), ("png", {})):
            path = os.path.join(options.output_directory, f"{name}.{extension}")
            figure.savefig(path, dpi=130, metadata=details)
            say(f"wrote {path}")


if __name__ == "__main__":
    run(main)
