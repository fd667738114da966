#!/usr/bin/python3
"""Records how PyTorch prints tensors: tests/data/printing.txt, which tests/test_printing.cpp reads.

    python3 tests/record_printing.py > tests/data/printing.txt

A case is a line

    case DTYPE SHAPE VIEW GRAD DEFAULT_DTYPE PRECISION THRESHOLD EDGEITEMS LINEWIDTH SCI_MODE

then a line of values, repeated in turn to fill a tensor of that shape, then the text, each line of it after a bar.
VIEW (none, transpose, step, narrow, expand) is taken of that tensor; GRAD is none, leaf (requires_grad on the tensor
before the view), or mul or neg (that, and an operation on the view).
"""
import math
import random

import torch

random.seed(20)
COUNT = 0
DEFAULTS = dict(precision=4, threshold=1000, edgeitems=3, linewidth=80, sci_mode=None)
FLOATS = ("float32", "float64")
INTS = {"int64": (-(2**63), 2**63 - 1), "int32": (-(2**31), 2**31 - 1), "uint8": (0, 255)}


def literal(value):
    if isinstance(value, float):
        sign = "-" if math.isnan(value) and math.copysign(1, value) < 0 else ""
        return sign + value.hex()
    return str(int(value))


def case(values, shape, dtype="float32", view="none", grad="none", default="float32", **options):
    global COUNT
    COUNT += 1
    options = {**DEFAULTS, **options}
    torch.set_default_dtype(getattr(torch, default))
    torch.set_printoptions(**options)
    flat = torch.tensor(values, dtype=getattr(torch, dtype))
    count = math.prod(shape)
    base = flat.repeat(count // max(1, len(values)) + 1)[:count].reshape(shape)
    if grad != "none":
        base.requires_grad_()
    result = base
    if view == "transpose":
        result = base.transpose(-1, -2)
    elif view == "step":
        result = base[..., ::2]
    elif view == "narrow":
        result = base[1:]
    elif view == "expand":
        result = base.expand((3, *shape))
    if grad == "mul":
        result = result * 1
    elif grad == "neg":
        result = -result
    text = repr(result)
    sci = {None: "auto", True: "on", False: "off"}[options["sci_mode"]]
    numbers = [options[k] for k in ("precision", "threshold", "edgeitems", "linewidth")]
    print("case", dtype, ",".join(map(str, shape)) or "-", view, grad, default, *numbers, sci)
    print(*map(literal, flat.tolist()))
    for line in text.split("\n"):
        print("|" + line)


def shapes(ndim, limit):
    while True:
        shape = tuple(random.choice((1, 1, 2, 3, 4, 5, 7, 12, 30)) for _ in range(ndim))
        if math.prod(shape) <= limit:
            return shape


def floats(kind, count):
    draw = {
        "normal": lambda: random.gauss(0, 1),
        "unit": random.random,
        "negative": lambda: -random.random(),
        "whole": lambda: float(random.randint(-20, 20)),
        "large_whole": lambda: float(random.randint(-(10**6), 10**6)),
        "mixed": lambda: random.gauss(0, 1) * 10.0 ** random.randint(-8, 8),
        "near": lambda: random.uniform(1, 1100),
        "special": lambda: random.choice((math.nan, math.inf, -math.inf, random.gauss(0, 5))),
        "whole_special": lambda: random.choice((math.nan, math.inf, -math.inf, float(random.randint(-3, 9)))),
        "only_special": lambda: random.choice((math.nan, math.inf, -math.inf, 0.0, -0.0)),
        "zeros": lambda: random.choice((0.0, -0.0)),
        "small": lambda: random.uniform(-1, 1) * 1e-5,
        "huge": lambda: random.uniform(-1, 1) * 1e38,
        "half": lambda: random.randint(-9, 9) / 2,
        "ties": lambda: random.choice((0.00005, 0.12345, 1.00005, 2.5, 0.03125, 0.000050001)),
    }[kind]
    return [draw() for _ in range(count)]


KINDS = ("normal unit negative whole large_whole mixed near special whole_special only_special zeros small huge half ties").split()


def main():
    # Every kind of values in every number of dimensions.
    for kind in KINDS:
        for ndim in range(6):
            shape = shapes(ndim, 120)
            case(floats(kind, math.prod(shape)), shape, random.choice(FLOATS))
    # Rows that have to be broken.
    for kind in KINDS:
        case(floats(kind, 17), (random.randint(20, 60),), random.choice(FLOATS))
    # One value.
    extremes = (0.0, -0.0, 1.0, -1.0, 1.5, 1e-4, 9.9e-5, 1e8, 100000001.0, 123456789.0, 1e-45, 5e-324, 1.4e-40, 3.4028234663852886e38)
    extremes += (1.7976931348623157e308, 1e16, 0.1, 1 / 3, 1000.0, 1000.5, 99999.99999, -math.nan, math.nan, math.inf, -math.inf)
    for value in extremes:
        if not (math.isfinite(value) and abs(value) > 3.5e38):
            case([value], ())
        case([value], (), "float64")
        case([value, 1.0], (2,), "float64")
        case([value, 0.25], (2,), "float64")
    # Where notation changes.
    for values in ([1.0, 1000.0], [1.0, 1001.0], [1.5, 1500.0], [1.5, 1500.1], [1e8, 1e8 + 8], [1e8], [1e-4, 0.05], [0.99e-4, 0.05],
                   [5e-324, 1e-323], [1e-300, 1e300], [5e-324, 1.7976931348623157e308], [0.0, 1e-5], [1e9, math.inf], [0.00012, math.nan]):
        case(values, (len(values),), "float64")
        case(values, (2, 3), "float64")
        if max(v for v in values if math.isfinite(v)) < 1e38:
            case(values, (3, 1, 2))
    # Integers and bools.
    for dtype, (low, high) in INTS.items():
        for ndim in range(6):
            shape = shapes(ndim, 100)
            top = random.choice((5, 50, 255, high))
            bottom = random.choice((0, max(low, -top)))
            case([random.randint(bottom, min(top, high)) for _ in range(math.prod(shape))], shape, dtype)
        case([low, high, 0], (3,), dtype)
        case([low, high], (9, 8), dtype)
        case([high], (40, 40), dtype)
        case([3, 10, 200], (2000,), dtype)
    for ndim in range(6):
        shape = shapes(ndim, 100)
        case([random.random() < 0.5 for _ in range(math.prod(shape))], shape, "bool")
    for shape in ((), (4,), (30,), (2, 3), (60, 60)):
        case([True], shape, "bool")
        case([False], shape, "bool")
        case([True, False, True], shape, "bool")
    # Empty.
    for shape in ((0,), (0, 3), (3, 0), (0, 0), (2, 0, 4), (0, 1, 2, 3, 4), (123456, 0, 98765, 12345, 12345, 1, 1, 1, 1, 1)):
        for dtype in (*FLOATS, *INTS, "bool"):
            case([], shape, dtype, default=random.choice(FLOATS))
        case([], shape, "float64", grad="leaf")
        case([], shape, "float32", grad="mul", default="float64")
    # Summaries.
    for shape in ((1001,), (1000,), (5000,), (40, 40), (1001, 1), (1, 1001), (7, 200), (6, 200), (200, 6), (200, 7), (3, 30, 40), (30, 3, 40),
                  (10, 10, 11), (2, 2, 2, 200), (8, 8, 8, 8), (7, 1, 7, 1, 30), (4, 4, 4, 4, 5), (1, 1, 1, 1, 1100)):
        for kind in random.sample(KINDS, 3):
            case(floats(kind, 37), shape, random.choice(FLOATS))
    # Values that a summary leaves out do not choose its notation.
    case([1.0] * 500 + [1e9, 0.123] + [2.0] * 500, (1002,))
    case([0.5] * 500 + [1e9, 0.123] + [2.0] * 501, (1003,), "float64")
    # Views.
    for view in ("transpose", "step", "narrow", "expand"):
        for shape in ((3, 4), (2, 3, 4), (5, 1), (40, 60), (2, 1, 30, 30)):
            kind = random.choice(KINDS)
            case(floats(kind, 23), shape, random.choice(FLOATS), view)
        case([1, 22, -333, 4], (4, 5), "int64", view)
        case([True, False, False], (4, 5), "bool", view)
    case([1.5], (), view="expand")
    # On the tape.
    for grad in ("leaf", "mul", "neg"):
        for shape in ((), (1,), (5,), (8,), (9,), (10,), (3, 4), (6, 8), (2, 2, 3), (1500,), (40, 50)):
            case(floats("normal", 29), shape, random.choice(FLOATS), grad=grad)
        for view in ("transpose", "step", "narrow", "expand"):
            case(floats("unit", 29), (3, 4), random.choice(FLOATS), view, grad)
    # Line lengths at which suffixes move to the next line.
    for count in range(1, 11):
        for grad, dtype in (("leaf", "float64"), ("mul", "float32"), ("neg", "float64")):
            case([0.5], (count,), dtype, grad=grad)
    # Another default dtype.
    for dtype in (*FLOATS, *INTS, "bool"):
        case([1, 0, 2], (2, 3), dtype, default="float64")
        case([1], (), dtype, default="float64")
    case(floats("normal", 6), (2, 3), grad="mul", default="float64")
    case(floats("normal", 6), (2, 3), "float64", grad="mul", default="float64")
    # Other print options.
    some = lambda: floats(random.choice(KINDS), 31)
    for precision in (0, 1, 2, 6, 10, 17):
        case(floats("normal", 31), (3, 5), random.choice(FLOATS), precision=precision)
        case(floats("mixed", 31), (3, 5), random.choice(FLOATS), precision=precision)
        case(floats("whole_special", 31), (3, 5), random.choice(FLOATS), precision=precision)
    for threshold in (0, 5, 20, 10**9):
        for shape in ((), (6,), (7,), (8,), (4, 5), (9, 9), (5, 1, 9), (1100,)):
            case(some(), shape, random.choice(FLOATS), threshold=threshold)
    for edgeitems in (1, 2, 5):
        for shape in ((12,), (4, 5), (12, 12), (3, 12, 4), (2, 3, 1, 12)):
            case(some(), shape, random.choice(FLOATS), edgeitems=edgeitems, threshold=10)
    for linewidth in (1, 7, 8, 16, 20, 21, 40, 79, 81, 120, 200):
        case(some(), (30,), random.choice(FLOATS), linewidth=linewidth)
        case(some(), (2, 2, 20), random.choice(FLOATS), grad="mul", linewidth=linewidth)
        case([1, -20, 300], (2, 31), "int32", linewidth=linewidth)
    for sci_mode in (True, False):
        for kind in KINDS:
            case(floats(kind, 7), (7,), random.choice(FLOATS), sci_mode=sci_mode)
        case([1, 2, 300], (3,), "int64", sci_mode=sci_mode)
        case(floats("mixed", 30), (4, 30), precision=2, linewidth=60, sci_mode=sci_mode)


main()
