"""Records the learning rates of PyTorch's schedulers, for test_schedulers.cpp:
python3 tests/record_schedulers.py > tests/data/schedulers.txt

Every line is a name and the rates of the second of two groups (0.1 and 0.05) at the beginning and after every step; for
OneCycleLR followed by `momentum` and those. The options stand in test_schedulers.cpp too.
"""
import math

import torch
from torch.optim import lr_scheduler

STEPS = 30


def record(name, make, metric=None, Optimizer=torch.optim.SGD, momentum=None, steps=STEPS):
    a, b = (torch.zeros(1, requires_grad=True) for _ in range(2))
    options = {"momentum": 0.5} if Optimizer is torch.optim.SGD else {}
    optimizer = Optimizer([{"params": [a], "lr": 0.1}, {"params": [b], "lr": 0.05}], lr=1, **options)
    scheduler = make(optimizer)
    rates, momenta = [], []
    for step in range(steps + 1):
        if step:
            optimizer.step()
            scheduler.step(*([metric(step)] if metric else []))
        group = optimizer.param_groups[1]
        rates.append(group["lr"])
        momenta.append(group["momentum"] if "momentum" in group else group["betas"][0])
    line = [name] + ["{:.17g}".format(rate) for rate in rates]
    if momentum:
        line += ["momentum"] + ["{:.17g}".format(m) for m in momenta]
    print(*line)


record("StepLR", lambda o: lr_scheduler.StepLR(o, 4, 0.5))
record("MultiStepLR", lambda o: lr_scheduler.MultiStepLR(o, [3, 7, 7, 20], 0.3))
record("ExponentialLR", lambda o: lr_scheduler.ExponentialLR(o, 0.9))
record("CosineAnnealingLR", lambda o: lr_scheduler.CosineAnnealingLR(o, 10, 0.01))
record("LambdaLR", lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 1 / (epoch + 2)))
record("OneCycleLR", lambda o: lr_scheduler.OneCycleLR(o, 0.4, total_steps=STEPS), momentum=True, steps=STEPS - 1)
record("OneCycleLR-linear", lambda o: lr_scheduler.OneCycleLR(o, 0.4, total_steps=STEPS, pct_start=0.4, anneal_strategy="linear",
       three_phase=True, div_factor=10, final_div_factor=100, base_momentum=0.8, max_momentum=0.9), momentum=True,
       Optimizer=torch.optim.Adam, steps=STEPS - 1)
wave = lambda step: math.exp(-0.3 * step) + 0.2 * (step % 5)
record("ReduceLROnPlateau", lambda o: lr_scheduler.ReduceLROnPlateau(o, factor=0.5, patience=2, cooldown=1, min_lr=0.004), wave)
record("ReduceLROnPlateau-max", lambda o: lr_scheduler.ReduceLROnPlateau(o, "max", 0.3, 1, 0.05, "abs"), wave)
