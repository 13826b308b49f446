"""What every step shares: arguments, files, and errors told in one line."""

import argparse
import json
import math
import os
import sys
import zipfile

import numpy as np


class StepError(Exception):
    """Something the user can put right; the message is the whole report."""


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise StepError(message)


def arguments(description):
    return _Parser(description=description)


MOST_EVENTS = 20_000_000  # what a step may be asked to hold in memory


def _check(text, kind, accept, what):
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not accept(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
    return value


def positive(text):
    return _check(text, float, lambda x: math.isfinite(x) and x > 0, "a number above zero")


def not_negative(text):
    return _check(text, float, lambda x: math.isfinite(x) and x >= 0, "a number of zero or more")


def count(text):
    return _check(text, int, lambda x: 1 <= x <= MOST_EVENTS, f"a whole number from 1 to {MOST_EVENTS}")


def seed(text):
    return _check(text, int, lambda x: x >= 0, "a whole number of zero or more")


def run(main):
    """Run a step; end with status 1 and one line if it cannot be done."""
    step = os.path.splitext(os.path.basename(sys.argv[0]))[0]
    try:
        main()
    except StepError as error:
        sys.exit(f"{step}: error: {error}")
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        sys.exit(f"{step}: error: {name}{error.strerror or error}")
    except (ValueError, TypeError, LookupError, MemoryError) as error:
        # An input that has the right names in it and the wrong things under them.
        message = " ".join(str(error).split())
        sys.exit(f"{step}: error: the inputs do not fit together ({type(error).__name__}: {message})")


def say(text):
    print(text, flush=True)


def _replace(path, write):
    """Write beside the target, then rename: no half-written file is ever left under its name."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    partial = f"{path}.partial"
    try:
        with open(partial, "wb") as file:
            write(file)
        os.replace(partial, path)
    finally:
        if os.path.exists(partial):
            os.remove(partial)


def save_events(path, events):
    _replace(path, lambda file: np.savez(file, **events))
    say(f"wrote {path} ({os.path.getsize(path) / 1e6:.1f} MB)")


def load_events(path, columns=()):
    try:
        with np.load(path, allow_pickle=False) as file:
            events = {name: file[name] for name in file.files}
    except (ValueError, EOFError, zipfile.BadZipFile):
        raise StepError(f"{path}: not an events file (.npz)") from None
    missing = [name for name in columns if name not in events]
    if missing:
        raise StepError(f"{path}: has no column {', '.join(missing)}")
    return events


def save_json(path, value):
    text = json.dumps(value, indent=2, allow_nan=False) + "\n"
    _replace(path, lambda file: file.write(text.encode()))
    say(f"wrote {path}")


def load_json(path, keys=()):
    try:
        with open(path, encoding="utf-8") as file:
            value = json.load(file)
    except ValueError:
        raise StepError(f"{path}: not a JSON file") from None
    missing = [key for key in keys if not isinstance(value, dict) or key not in value]
    if missing:
        raise StepError(f"{path}: has no {', '.join(missing)}")
    return value
