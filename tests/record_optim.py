"""Records the paths of PyTorch's optimizers, for test_optim.cpp: python3 tests/record_optim.py > tests/data/optim.txt

Every line is `optimizer dtype options… : step values… ; step values… ; …` for 19 parameters that start at (i - 9) / 8 and
have the gradient 0.3 p + ((37 step + 11 i) mod 17 - 8) / 16 + 0.0137, which does not
cancel to rounding noise: Adam would make whole steps of it.
"""
import torch

STEPS = [1, 2, 3, 10, 100, 1000]
N = 19


def record(name, dtype, *numbers, **options):
    p = ((torch.arange(N, dtype=dtype) - 9) / 8).requires_grad_()
    optimizer = getattr(torch.optim, name)([p], foreach=False, **options)
    parts = []
    for step in range(1, STEPS[-1] + 1):
        noise = (((37 * step + 11 * torch.arange(N)) % 17 - 8).double() / 16 + 0.0137).to(dtype)
        p.grad = 0.3 * p.detach() + noise
        optimizer.step()
        if step in STEPS:
            digits = "{:.9g}" if dtype == torch.float32 else "{:.17g}"
            parts.append(" ".join([str(step)] + [digits.format(v) for v in p.tolist()]))
    print(name, str(dtype)[6:], *numbers, ":", " ; ".join(parts))


def sgd(dtype, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    record("SGD", dtype, lr, momentum, dampening, weight_decay, int(nesterov), lr=lr, momentum=momentum, dampening=dampening,
           weight_decay=weight_decay, nesterov=nesterov)


def adam(name, dtype, lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, amsgrad=False):
    record(name, dtype, lr, beta1, beta2, eps, weight_decay, int(amsgrad), lr=lr, betas=(beta1, beta2), eps=eps,
           weight_decay=weight_decay, amsgrad=amsgrad)


for dtype in (torch.float64, torch.float32):
    sgd(dtype, 0.1)
    sgd(dtype, 0.1, weight_decay=0.05)
    sgd(dtype, 0.05, 0.9)
    sgd(dtype, 0.05, 0.9, 0.3, 0.01)
    sgd(dtype, 0.05, 0.9, 0.0, 0.0, True)
    sgd(dtype, 0.02, 0.8, 0.0, 0.1, True)
    for name in ("Adam", "AdamW"):
        adam(name, dtype, 1e-3)
        adam(name, dtype, 0.01, weight_decay=0.1)
        adam(name, dtype, 0.01, 0.5, 0.9, 1e-3, 0.01, True)
        adam(name, dtype, 0.02, 0.0, 0.99, 0.1, 0.0, True)
