"""A toy detector: pairs of photon candidates from a resonance or from the backgrounds.

Energies are in GeV, cross-sections in fb, luminosities in 1/fb.
"""

import numpy as np

MASS_LOW, MASS_HIGH = 250.0, 2500.0  # generated range; the analysis looks at less
SLOPE_REFERENCE = 500.0              # the mass at which the slope uncertainty changes nothing
SLOPE_UNCERTAINTY = 0.15             # one sigma of the spectral index of the backgrounds

# The spectrum of each background falls as mass^-index.
BACKGROUNDS = {
    "diphoton": {"cross_section": 900.0, "index": 4.4, "uncertainty": 0.10, "fakes": 0},
    "photon_jet": {"cross_section": 1500.0, "index": 4.9, "uncertainty": 0.25, "fakes": 1},
}
SIGNAL = {"cross_section": 5.0, "mass": 750.0, "width": 30.0}

# What a step can need of each candidate pair.
COLUMNS = ("process", "weight", "true_mass", "mass", "pt1", "pt2", "eta1", "eta2", "iso1", "iso2")
PROCESSES = ("signal", *BACKGROUNDS)


def background_mass(rng, n, index):
    """Masses from mass^-index between MASS_LOW and MASS_HIGH."""
    power = 1.0 - index
    low, high = MASS_LOW**power, MASS_HIGH**power
    return (low + rng.random(n) * (high - low)) ** (1.0 / power)


def slope_factor(mass, shift):
    """The weight that takes the spectral index from index to index + shift."""
    return (mass / SLOPE_REFERENCE) ** -shift


def shifted_cross_section(name, shift):
    """The cross-section after the index is shifted: slope_factor, averaged over the spectrum."""
    def integral(index):
        return (MASS_LOW ** (1 - index) - MASS_HIGH ** (1 - index)) / (index - 1)

    background = BACKGROUNDS[name]
    index = background["index"]
    ratio = integral(index + shift) / integral(index) * SLOPE_REFERENCE**shift
    return background["cross_section"] * ratio


def signal_mass(rng, n):
    """A Breit-Wigner line, cut off at the generated range."""
    mass, half_width = SIGNAL["mass"], SIGNAL["width"] / 2
    low = np.arctan((MASS_LOW - mass) / half_width)
    high = np.arctan((MASS_HIGH - mass) / half_width)
    return mass + half_width * np.tan(low + rng.random(n) * (high - low))


def decay_angle(rng, n, isotropic):
    """cos(theta*): flat for a spin-0 resonance, forward-peaked (t-channel) for the backgrounds."""
    if isotropic:
        return rng.uniform(-1.0, 1.0, n)
    limit = np.arctanh(0.95)
    return np.tanh(rng.uniform(-limit, limit, n))  # 1 / (1 - cos^2)


def photon_pairs(rng, true_mass, isotropic, fakes):
    """Decay each pair in its rest frame, boost it along the beam, and measure both photons."""
    n = len(true_mass)
    cosine = decay_angle(rng, n, isotropic)
    pt = true_mass / 2 * np.sqrt(1 - cosine**2)
    boost = rng.normal(0.0, np.clip(1.0 - 0.2 * np.log(true_mass / 250.0), 0.4, None))
    eta = np.stack([boost + np.arctanh(cosine), boost - np.arctanh(cosine)])

    energy = pt * np.cosh(eta)
    resolution = np.sqrt(0.10**2 / energy + 0.012**2)
    pt = pt * (1 + resolution * rng.standard_normal((2, n)))
    eta = eta + rng.normal(0.0, 0.002, (2, n))
    phi = np.pi + rng.normal(0.0, 0.002, n)
    mass = np.sqrt(2 * pt[0] * pt[1] * (np.cosh(eta[0] - eta[1]) - np.cos(phi)))

    # Energy around the candidate: little for a photon, more for a jet that looks like one.
    isolation = rng.exponential(1.5, (2, n))
    if fakes:
        fake = rng.integers(0, 2, n)
        isolation[fake, np.arange(n)] = rng.exponential(7.0, n)

    first = np.where(pt[0] >= pt[1], 0, 1)
    rows = np.arange(n)
    return {
        "mass": mass,
        "pt1": pt[first, rows], "pt2": pt[1 - first, rows],
        "eta1": eta[first, rows], "eta2": eta[1 - first, rows],
        "iso1": isolation[first, rows], "iso2": isolation[1 - first, rows],
    }


def generate(rng, name, n, weight, index_shift=0.0):
    """n events of one process, each with the same weight."""
    if name == "signal":
        true_mass = signal_mass(rng, n)
        pairs = photon_pairs(rng, true_mass, isotropic=True, fakes=0)
    else:
        background = BACKGROUNDS[name]
        true_mass = background_mass(rng, n, background["index"] + index_shift)
        pairs = photon_pairs(rng, true_mass, isotropic=False, fakes=background["fakes"])
    events = {
        "process": np.full(n, PROCESSES.index(name), dtype=np.int8),
        "weight": np.full(n, weight, dtype=np.float64),
        "true_mass": true_mass.astype(np.float32),
    }
    events.update({key: value.astype(np.float32) for key, value in pairs.items()})
    return events


def join(samples):
    return {name: np.concatenate([sample[name] for sample in samples]) for name in COLUMNS}
