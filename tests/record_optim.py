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
    for lr_decay, weight_decay, start, eps in ((0, 0, 0, 1e-10), (0.05, 0.1, 0.5, 1e-6)):
        record("Adagrad", dtype, 0.1, lr_decay, weight_decay, start, eps, lr=0.1, lr_decay=lr_decay, weight_decay=weight_decay,
               initial_accumulator_value=start, eps=eps)
    for alpha, eps, weight_decay, momentum, centered in ((0.99, 1e-8, 0, 0, False), (0.9, 1e-6, 0.1, 0, True),
                                                         (0.95, 1e-4, 0, 0.9, False), (0.9, 1e-3, 0.01, 0.8, True)):
        record("RMSprop", dtype, 0.01, alpha, eps, weight_decay, momentum, int(centered), lr=0.01, alpha=alpha, eps=eps,
               weight_decay=weight_decay, momentum=momentum, centered=centered)


def lbfgs(lr, max_iter, history_size, line_search):
    """Each line: `LBFGS lr max_iter history_size strong_wolfe : loss values… ; …`, a part for every step on the
    Rosenbrock function of four variables in two tensors."""
    a, b = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in ([-1.2, 1.0], [0.5, -0.7]))
    optimizer = torch.optim.LBFGS([a, b], lr=lr, max_iter=max_iter, history_size=history_size, line_search_fn=line_search)

    def closure():
        optimizer.zero_grad()
        x = torch.cat([a, b])
        loss = (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
        loss.backward()
        return loss

    parts = []
    for _ in range(12):
        loss = optimizer.step(closure)
        parts.append(" ".join("{:.17g}".format(v) for v in [loss.item(), *a.tolist(), *b.tolist()]))
    print("LBFGS", lr, max_iter, history_size, int(line_search is not None), ":", " ; ".join(parts))


lbfgs(1, 4, 100, "strong_wolfe")
lbfgs(0.5, 3, 2, "strong_wolfe")
lbfgs(0.001, 5, 3, None)
lbfgs(0.05, 2, 100, None)
