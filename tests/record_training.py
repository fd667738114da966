"""Records the losses of PyTorch's own run of the loop in test_training.cpp, on Fisher's irises with a network that has
dropout: python3 tests/record_training.py > tests/data/training.txt

Every line is an optimizer and the loss of every batch of 2 epochs. The seed decides the weights, the order (which is that of
libtorch's RandomSampler: a permutation when it is made and another for every epoch) and the dropout.
"""
import os

import torch
from torch import nn

FOLDER = os.path.join(os.path.dirname(__file__), "..", "examples", "data")


def load():
    rows, names = [], []
    with open(os.path.join(FOLDER, "iris.csv")) as file:
        for line in file:
            fields = line.strip().split(",")
            try:
                numbers = [float(field) for field in fields[:4]]
            except ValueError:
                continue  # a comment, or the heading
            if len(fields) != 5:
                continue
            if fields[4] not in names:
                names.append(fields[4])
            rows.append(numbers + [names.index(fields[4])])
    table = torch.tensor(rows, dtype=torch.float64)
    x = table[:, :4].to(torch.float32)
    return (x - x.mean(0)) / x.std(0), table[:, 4].long()


def train(name, make):
    torch.manual_seed(1)
    x, y = load()
    order = torch.randperm(len(x))  # as libtorch's sampler does when it is made
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 3))
    criterion, optimizer, losses = nn.CrossEntropyLoss(), make(model.parameters()), []
    for _ in range(2):
        order = torch.randperm(len(x))
        for batch in order.split(16):
            optimizer.zero_grad()
            loss = criterion(model(x[batch]), y[batch])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    print(name, *("{:.6f}".format(loss) for loss in losses))


train("sgd", lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9))
train("adam", lambda p: torch.optim.Adam(p, lr=0.01))
