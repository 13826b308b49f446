"""Steps 7 and 8: draw the mass spectrum before or after the fit, as PDF and PNG."""

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
from scipy.stats import chi2

from common import StepError, arguments, load_json, run, say

COLOURS = {"photon_jet": "#f4b860", "diphoton": "#7fb2d6", "signal": "#c8232c"}
LABELS = {"photon_jet": r"$\gamma$ + jet", "diphoton": r"$\gamma\gamma$"}

plt.rcParams.update({
    "font.family": "DejaVu Sans", "font.size": 11, "mathtext.fontset": "dejavusans",
    "axes.linewidth": 1.0, "axes.labelsize": 13,
    "xtick.direction": "in", "ytick.direction": "in", "xtick.top": True, "ytick.right": True,
    "xtick.major.size": 7, "xtick.minor.size": 3.5, "ytick.major.size": 7, "ytick.minor.size": 3.5,
    "legend.frameon": False, "pdf.fonttype": 42, "hatch.linewidth": 0.7,
})


def poisson_interval(counts):
    """The central 68 % interval of a Poisson mean (Garwood), as errors below and above."""
    low = np.where(counts > 0, chi2.ppf(0.1587, 2 * np.maximum(counts, 0.5)) / 2, 0.0)
    high = chi2.ppf(0.8413, 2 * (counts + 1)) / 2
    return np.array([counts - low, high - counts])


def band(axes, edges, low, high, **style):
    """A filled band with one step per bin."""
    axes.fill_between(edges, np.append(low, low[-1]), np.append(high, high[-1]), step="post", **style)


def prediction(stage, histograms, fit):
    """Backgrounds, signal and background uncertainty of the stage."""
    if stage == "postfit":
        after = fit["postfit"]
        backgrounds, signal, error = after["backgrounds"], after["signal"], after["background_error"]
    else:
        backgrounds = {name: one["nominal"] for name, one in histograms["backgrounds"].items()}
        signal, error = histograms["signal"]["nominal"], histograms["background_error"]
    return {name: np.array(one) for name, one in backgrounds.items()}, np.array(signal), np.array(error)


def fit_text(fit):
    lines = [
        rf"$\hat{{\mu}} = {fit['mu_hat']:.2f}\,^{{+{fit['mu_error_high']:.2f}}}_{{{fit['mu_error_low']:.2f}}}$"
        rf"   (true $\mu = {fit['mu_true']:g}$)",
        rf"significance {fit['significance']:.1f}$\,\sigma$",
        rf"$-2\,\ln\lambda$ / d.o.f. = {fit['goodness_2nll']:.0f} / {fit['degrees_of_freedom']}",
    ]
    return "\n".join(lines)


def draw(stage, histograms, fit):
    edges, data = np.array(histograms["edges"]), np.array(histograms["data"], dtype=float)
    centres, width = (edges[:-1] + edges[1:]) / 2, edges[1] - edges[0]
    backgrounds, signal, error = prediction(stage, histograms, fit)
    total = sum(backgrounds.values())
    data_error = poisson_interval(data)

    figure, (top, bottom) = plt.subplots(
        2, 1, sharex=True, figsize=(7.5, 7.2), height_ratios=(3, 1.15), layout="constrained")
    figure.get_layout_engine().set(hspace=0, h_pad=0.02)

    floor = np.zeros_like(data)
    order = sorted(backgrounds, key=lambda one: backgrounds[one].sum())
    for name in order:
        label = LABELS.get(name, name)
        band(top, edges, floor, floor + backgrounds[name], color=COLOURS.get(name), linewidth=0, label=label)
        floor = floor + backgrounds[name]
    top.stairs(total, edges, color="#24425c", linewidth=0.9)
    strength = rf"$\hat{{\mu}} = {fit['mu_hat']:.2f}$" if stage == "postfit" else r"$\mu = 1$"
    top.stairs(total + signal, edges, color=COLOURS["signal"], linewidth=1.8, label=f"background + X ({strength})")
    band(top, edges, total - error, total + error, facecolor="none", edgecolor="#444444",
         hatch="/////", linewidth=0, label="background uncertainty")
    top.errorbar(centres, np.where(data > 0, data, np.nan), yerr=data_error, fmt="o", color="black",
                 markersize=4.5, elinewidth=1.2, label="data")
    top.set_yscale("log")
    top.set_ylim(max(0.3 * total.min(), 0.15), 15 * data.max())
    top.set_ylabel(f"Events / {width:g} GeV", loc="top")

    def note(y, text, **style):
        top.text(0.04, y, text, transform=top.transAxes, va="top", **style)

    note(0.955, r"$\bf{SCAILFIN}$  simulated $X \to \gamma\gamma$ search", fontsize=12.5)
    note(0.895, rf"$\sqrt{{s}} = 13$ TeV, {histograms['luminosity']:g} fb$^{{-1}}$,  "
                + ("after the fit" if stage == "postfit" else "before the fit"))
    if stage == "postfit":
        note(0.30, fit_text(fit), fontsize=10.5, linespacing=1.6,
             bbox={"facecolor": "white", "edgecolor": "#888888", "boxstyle": "round,pad=0.5", "linewidth": 0.8})
    # Data first, then the stack from the top down.
    handles = dict(zip(*reversed(top.get_legend_handles_labels())))
    stack = [LABELS.get(name, name) for name in order]
    labels = ["data", *(label for label in handles if label.startswith("background + X")),
              *reversed(stack), "background uncertainty"]
    top.legend([handles[label] for label in labels], labels, loc="upper right",
               bbox_to_anchor=(0.99, 0.97), fontsize=10.5)

    band(bottom, edges, 1 - error / total, 1 + error / total, facecolor="none", edgecolor="#444444",
         hatch="/////", linewidth=0)
    bottom.axhline(1, color="#24425c", linewidth=0.9)
    bottom.stairs(1 + signal / total, edges, baseline=None, color=COLOURS["signal"], linewidth=1.8)
    bottom.errorbar(centres, data / total, yerr=data_error / total, fmt="o", color="black",
                    markersize=4.5, elinewidth=1.2)
    bottom.set_ylim(0.0, 3.1)
    bottom.set_ylabel("Data / bkg.")
    bottom.set_xlabel(r"$m_{\gamma\gamma}$ [GeV]", loc="right")
    bottom.set_xlim(edges[0], edges[-1])
    bottom.xaxis.set_minor_locator(AutoMinorLocator())
    bottom.yaxis.set_minor_locator(AutoMinorLocator())
    return figure


def main():
    parser = arguments(__doc__)
    parser.add_argument("--stage", choices=("prefit", "postfit"), required=True)
    parser.add_argument("--histograms", required=True)
    parser.add_argument("--fit", help="needed for the postfit stage")
    parser.add_argument("--output", required=True, help="path without extension")
    options = parser.parse_args()
    if options.stage == "postfit" and not options.fit:
        raise StepError("the postfit stage needs --fit")
    histograms = load_json(options.histograms, ("edges", "luminosity", "data", "signal", "backgrounds"))
    fit = load_json(options.fit, ("mu_hat", "postfit")) if options.fit else None

    figure = draw(options.stage, histograms, fit)
    os.makedirs(os.path.dirname(options.output) or ".", exist_ok=True)
    for extension, details in (("pdf", {"CreationDate": None}), ("png", {})):
        path = f"{options.output}.{extension}"
        figure.savefig(path, dpi=160, metadata=details)
        say(f"wrote {path}")


if __name__ == "__main__":
    run(main)
