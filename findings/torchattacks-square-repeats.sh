#!/usr/bin/env bash
# torchattacks 3.5.1: Square asks the model about images that it has asked before, and never moves the last row or column.
#
# Input: a linear model of 28x28 grey and colour images whose margin cannot be overcome, Square in the maximum norm
# with 2000 queries. Expected: every query is of a new image (the authors' own code draws a square's signs again while
# they change nothing), and squares lie anywhere. Seen: of a grey image a quarter of the queries are for the best
# image so far over again, since a square that already has the drawn sign is clipped to what it was; of a colour image
# 5 in 100. The square's corner is drawn below height - side, so that the last row and the last column keep the first
# stripes' values through all queries. (They do in the authors' code, too.) Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile torch==2.15.0 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/pip" -q install --no-compile --no-deps torchattacks==3.5.1
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
import torchattacks

torch.manual_seed(0)


class Net(torch.nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weights = torch.nn.Parameter(torch.randn(channels * 28 * 28, 3) * 0.05)
        self.asked = []

    def forward(self, images):
        self.asked.append(images.detach().clone())
        return images.flatten(1) @ self.weights + torch.tensor([100.0, 0, 0])


for channels, low, high in ((1, 0.2, 0.4), (3, 0.02, 0.08)):
    image, net = torch.rand(1, channels, 28, 28) * 0.6 + 0.2, Net(channels).eval()
    torchattacks.Square(net, norm="Linf", eps=0.1, n_queries=2000, n_restarts=1, loss="margin")(image, torch.tensor([0]))
    asked = [query for query in net.asked if not torch.equal(query, image)]

    def margin(query):
        return float((query.flatten(1) @ (net.weights[:, :1] - net.weights[:, 1:])).detach().min())

    best, repeated, at_edge = asked[0], 0, 0
    for query in asked[1:]:
        repeated += torch.allclose(query, best, atol=1e-6)
        at_edge += not (torch.equal(query[..., -1, :], asked[0][..., -1, :]) and torch.equal(query[..., -1], asked[0][..., -1]))
        best = query if margin(query) < margin(best) else best
    share = repeated / (len(asked) - 1)
    print(f"{channels} channels: {len(asked)} queries, {share:.1%} of the best image again, {at_edge} that move the last row or column")
    assert len(asked) > 1990 and low < share < high and at_edge == 0, "this has changed"
PYTHON
