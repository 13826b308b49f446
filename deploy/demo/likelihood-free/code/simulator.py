"""The simulator: Higgs production with two jets, and a detector.

A new interaction of strength theta, odd under CP, is added to the known one.
The probability of a collision with scale q and angle phi between the jets is

    p(q, phi | theta) ~ q exp(-q) (1 + 2 theta k q sin(phi) + theta^2 k^2 q^2)

theta = 0 is the known physics.  What happens after that (radiation, resolution,
the recoil of everything else, the threshold) is simulated with random numbers
nobody sees, so p(observables | theta) is an integral over all of them that
cannot be done: only samples of it can be had.
"""

import numpy as np

THETA_LOW, THETA_HIGH = -1.0, 1.0  # what the estimator is made for
STRENGTH = 0.3  # k
BACKGROUND = 0.2  # the fraction of collisions that know nothing of theta
THRESHOLD = 30.0  # GeV, of each jet
OBSERVABLES = ("pt_a", "pt_b", "delta_phi", "pt_h")  # GeV, GeV, rad, GeV


def _wrap(angle):
    return (angle + np.pi) % (2 * np.pi) - np.pi


def _hard_process(theta, random):
    """q and phi by exact sampling: q from a mixture of two gammas, phi by acceptance."""
    known = 1.0 / (1.0 + 6.0 * (theta * STRENGTH) ** 2)
    scale = random.gamma(np.where(random.random(theta.size) < known, 2.0, 4.0))
    tilt = theta * STRENGTH * scale
    tilt = 2 * tilt / (1 + tilt**2)
    angle = random.uniform(-np.pi, np.pi, theta.size)
    # Where an angle is turned down, its mirror image has exactly what is missing.
    turned_down = 2 * random.random(theta.size) > 1 + tilt * np.sin(angle)
    angle = np.where(turned_down, -angle, angle)

    background = random.random(theta.size) < BACKGROUND
    scale = np.where(background, random.gamma(1.5, size=theta.size), scale)
    angle = np.where(background, _wrap(random.normal(0.0, 1.2, theta.size)), angle)
    return scale, angle


def _radiate(pt, azimuth, random):
    """Up to three emissions take energy from the jet and turn it."""
    emissions = np.minimum(random.poisson(0.7, pt.size), 3)
    for number in range(3):
        fraction = np.where(emissions > number, random.beta(1.0, 6.0, pt.size), 0.0)
        azimuth = azimuth + random.normal(0.0, 1.0, pt.size) * fraction
        pt = pt * (1 - fraction)
    return pt, azimuth


def _measure(pt, azimuth, random):
    pt = pt * np.maximum(1 + random.normal(0.0, 1.0, pt.size) * np.sqrt(1.0 / pt + 0.05**2), 0.05)
    badly = random.random(pt.size) < 0.1
    return pt, azimuth + random.normal(0.0, 1.0, pt.size) * np.where(badly, 0.4, 0.05)


def _collide(theta, random):
    scale, angle = _hard_process(theta, random)
    total = 60.0 + 80.0 * scale
    share = random.beta(4.0, 4.0, theta.size)
    pt_a, phi_a = _radiate(total * share, np.zeros(theta.size), random)
    pt_b, phi_b = _radiate(total * (1 - share), angle, random)
    # The Higgs boson balances the jets and whatever else there was.
    px = pt_a * np.cos(phi_a) + pt_b * np.cos(phi_b) + random.normal(0.0, 15.0, theta.size)
    py = pt_a * np.sin(phi_a) + pt_b * np.sin(phi_b) + random.normal(0.0, 15.0, theta.size)
    pt_h = np.hypot(px, py) * np.maximum(random.normal(1.0, 0.1, theta.size), 0.05)
    pt_a, phi_a = _measure(pt_a, phi_a, random)
    pt_b, phi_b = _measure(pt_b, phi_b, random)
    return np.stack([pt_a, pt_b, _wrap(phi_b - phi_a), pt_h], axis=1)


def simulate(theta, random):
    """One observed event (a row of OBSERVABLES) for each theta.

    A collision below the threshold is not seen; another one is made for its theta.
    """
    events = np.empty((theta.size, len(OBSERVABLES)), dtype=np.float32)
    waiting = np.arange(theta.size)
    while waiting.size:
        tried = _collide(theta[waiting], random)
        seen = (tried[:, 0] > THRESHOLD) & (tried[:, 1] > THRESHOLD)
        events[waiting[seen]] = tried[seen]
        waiting = waiting[~seen]
    return events
