"""Records what PyTorch draws, for test_random.cpp: python3 tests/record_random.py > tests/data/random.txt

Every line is one call, `op dtype n arguments : values`, and goes on with the stream of the lines above it, so that
the place in the stream is checked as well. Of long results some values are kept: see `kept`.
"""
import torch

ALL = ["bool", "uint8", "int32", "int64", "float32", "float64"]
REAL = ["float32", "float64"]
SIZES = [1, 5, 15, 16, 17, 31, 32, 100, 1000]


def kept(n):
    return sorted({*range(0, n, max(1, n // 12)), n - 1}) if n else []


def record(op, dtype, n, arguments, result):
    values = result.flatten().tolist()
    if dtype == "float32" and result.dtype == torch.float32:
        shown = [f"{values[i]:.9g}" for i in kept(len(values))]
    else:
        shown = [str(int(v) if isinstance(v, bool) else v) for v in (values[i] for i in kept(len(values)))]
    print(op, dtype, n, *arguments, ":", *shown)


def seed(value):
    torch.manual_seed(value)
    print("seed", value if value >= 0 else value + 2**64)


def empty(dtype, n):
    return torch.empty(n, dtype=getattr(torch, dtype))


def uniform(dtype, n, low, high):
    record("uniform", dtype, n, (low, high), empty(dtype, n).uniform_(low, high))


def integers(dtype, n, low, high):
    record("integers", dtype, n, (low, high), empty(dtype, n).random_(low, high))


def integers_all(dtype, n):
    record("integers_all", dtype, n, [], empty(dtype, n).random_())


def integers_from(dtype, n, low):
    record("integers_from", dtype, n, [low], empty(dtype, n).random_(low, None))


def permutation(dtype, n):
    record("permutation", dtype, n, [], torch.randperm(n, dtype=getattr(torch, dtype)))


def normal(dtype, n, mean=0.0, std=1.0):
    record("normal", dtype, n, (mean, std), empty(dtype, n).normal_(mean, std))


def normal_one_by_one(dtype, n, mean=0.0, std=1.0):
    record("normal_one_by_one", dtype, n, (mean, std), empty(dtype, 2 * n)[::2].normal_(mean, std))


def bernoulli(dtype, n, p):
    record("bernoulli", dtype, n, [p], empty(dtype, n).bernoulli_(p))


def bernoulli_each(dtype, n, p_dtype):
    p = torch.arange(n, dtype=getattr(torch, p_dtype)) % 17 / 16
    record("bernoulli_each", dtype, n, [p_dtype], empty(dtype, n).bernoulli_(p))


def dropout(n, p):
    record("dropout", "bool", n, [p], torch.nn.functional.dropout(torch.ones(n), p) != 0)


def exponential(dtype, n, rate):
    record("exponential", dtype, n, [rate], empty(dtype, n).exponential_(rate))


def multinomial(dtype, rows, categories, samples, replacement):
    weights = (torch.arange(rows * categories) * 7919 % 97 + 1).to(getattr(torch, dtype)) / 64
    result = torch.multinomial(weights.view(rows, categories), samples, replacement)
    record("multinomial", dtype, rows, (categories, samples, int(replacement)), result)


def main():
    for s in [0, 42, 2**32 + 7, -1]:
        seed(s)
        for n in SIZES:
            for dtype in REAL:
                uniform(dtype, n, 0.0, 1.0)
        uniform("float32", 400, -0.3, 0.77)
        uniform("float64", 400, -0.3, 0.77)
        uniform("float32", 3, 2.5, 2.5)
        uniform("float32", 17, 0.0, 1.0)
        for n in SIZES + [0, 624, 4097, 3]:
            for dtype in REAL:
                normal(dtype, n)
                normal_one_by_one(dtype, n % 50, 1.5, 0.25)
            uniform("float64", 1, 0.0, 1.0)
        normal("float32", 77, -3.0, 10.0)
        normal("float64", 78, -3.0, 10.0)
        for n in [1, 31, 700]:
            for dtype in ALL:
                integers_all(dtype, n)
                integers(dtype, n, 0, 2)
                bernoulli(dtype, n, 0.3)
                for p_dtype in REAL:
                    bernoulli_each(dtype, n, p_dtype)
            for dtype in ALL[1:]:
                integers(dtype, n, 3, 200)
                permutation(dtype, min(n, 255))
            uniform("float32", 1, 0.0, 1.0)
        for dtype in ["int32", "int64"] + REAL:
            integers(dtype, 20, -(2**31), 2**31 - 1)
            integers(dtype, 20, 5, 2**31 - 1)
        integers("int32", 20, -(2**31), 2**31)
        for dtype in ["int64"] + REAL:
            integers(dtype, 20, 0, 2**32)
            integers(dtype, 20, 0, 2**32 - 1)
            integers(dtype, 21, -(2**40) - 3, 2**41 + 7)
            integers(dtype, 20, -(2**63), 2**63 - 1)
            integers(dtype, 20, 2**24 - 1, 2**24 + 9)
            integers(dtype, 20, -(2**24) - 9, -(2**24) + 1)
            integers(dtype, 20, -(2**60) - 1, -(2**60) + 2**40)
            integers_from(dtype, 20, -(2**63))
        integers("bool", 20, 1, 2)
        for dtype in ALL:
            integers_from(dtype, 20, 0)
            integers_from(dtype, 20, 1)
        for dtype in ALL[2:]:
            integers_from(dtype, 20, -5)
            integers_from(dtype, 20, -(2**24) - 11 if dtype != "int32" else -(2**31))
        for n in [0, 1, 2, 1000]:
            permutation("int64", n)
        for n, p in [(7, 0.5), (33, 0.1), (500, 0.9), (32, 0.25), (1, 0.5)]:
            dropout(n, p)
            bernoulli("float32", n, p)
        for p in [0.0, 1.0, 1e-300]:
            bernoulli("float64", 9, p)
        for dtype in REAL:
            exponential(dtype, 40, 1.0)
            exponential(dtype, 5, 0.37)
            for shape in [(1, 1), (1, 10), (4, 10), (2, 1500)]:
                multinomial(dtype, *shape, 1, False)
                multinomial(dtype, *shape, 1, True)
                multinomial(dtype, *shape, 20, True)
                multinomial(dtype, *shape, min(shape[1], 30), False)
        uniform("float64", 3, 0.0, 1.0)


main()
