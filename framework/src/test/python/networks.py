"""Five small networks with random weights, of which gradient_family_oracle.py and attribution_table_oracle.py have maps.

torch==2.15.0
"""
import torch
from torch import nn


class Cnn(nn.Module):
    """As in attribution_oracle.py."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.relu1 = nn.ReLU()
        self.bn1 = nn.BatchNorm2d(6)
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(6, 10, 3, padding=1)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(3, stride=2, padding=1)
        self.fc1 = nn.Linear(160, 24)
        self.relu3 = nn.ReLU()
        self.fc2 = nn.Linear(24, 5)

    def forward(self, x):
        x = self.pool1(self.bn1(self.relu1(self.conv1(x))))
        x = self.pool2(self.relu2(self.conv2(x)))
        return self.fc2(self.relu3(self.fc1(torch.flatten(x, 1))))


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(12, 20)
        self.relu1 = nn.ReLU()
        self.fc2 = nn.Linear(20, 16)
        self.tanh = nn.Tanh()
        self.fc3 = nn.Linear(16, 10)
        self.relu2 = nn.ReLU()
        self.fc4 = nn.Linear(10, 3)

    def forward(self, x):
        return self.fc4(self.relu2(self.fc3(self.tanh(self.fc2(self.relu1(self.fc1(x)))))))


class Residual(nn.Module):
    """One ReLU is used five times; with reused=False, as DeepLift of Captum wants it, each is a module of its own."""

    def __init__(self, reused=True):
        super().__init__()
        relu = nn.ReLU()
        self.relus = nn.ModuleList(relu if reused else nn.ReLU() for _ in range(5))
        self.conv = nn.Conv2d(2, 6, 3, padding=1)
        self.a1, self.a2 = nn.Conv2d(6, 6, 3, padding=1), nn.Conv2d(6, 6, 3, padding=1)
        self.b1, self.b2 = nn.Conv2d(6, 8, 3, stride=2, padding=1), nn.Conv2d(8, 8, 3, padding=1)
        self.shortcut = nn.Conv2d(6, 8, 1, stride=2)
        self.join1, self.join2 = nn.Identity(), nn.Identity()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, 4)

    def forward(self, x):
        x = self.relus[0](self.conv(x))
        x = self.join1(self.relus[2](x + self.a2(self.relus[1](self.a1(x)))))
        x = self.join2(self.relus[4](self.shortcut(x) + self.b2(self.relus[3](self.b1(x)))))
        return self.fc(torch.flatten(self.pool(x), 1))


class Mobile(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.bn1, self.act1 = nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.Hardswish()
        self.depthwise, self.bn2 = nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.BatchNorm2d(8)
        self.clip = nn.ReLU6()
        self.pointwise, self.bn3 = nn.Conv2d(8, 8, 1, bias=False), nn.BatchNorm2d(8)
        self.act2 = nn.Hardswish()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, 4)

    def forward(self, x):
        x = self.act1(self.bn1(self.stem(x)))
        x = self.act2(x + self.bn3(self.pointwise(self.clip(self.bn2(self.depthwise(x))))))
        return self.fc(torch.flatten(self.pool(x), 1))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.up, self.gelu, self.down = nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width)

    def split(self, x):
        return x.reshape(-1, 6, self.heads, x.shape[-1] // self.heads).transpose(1, 2)

    def forward(self, x):
        q, k, v = self.split(self.q(x)), self.split(self.k(x)), self.split(self.v(x))
        weights = torch.softmax(q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5, -1)
        mixed = (weights @ v).transpose(1, 2).reshape(x.shape)
        x = self.norm1(x + self.o(mixed))
        return self.norm2(x + self.down(self.gelu(self.up(x))))


class Encoder(nn.Module):
    """Of six tokens, eight numbers each."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(8, 12)
        self.one, self.two = Block(12, 2), Block(12, 3)
        self.fc = nn.Linear(12, 3)

    def forward(self, x):
        return self.fc(self.two(self.one(self.embed(x))).mean(1))


def filled(net, seed):
    torch.manual_seed(seed)
    with torch.no_grad():
        for m in net.modules():
            if isinstance(m, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(m.weight)
                if m.bias is not None:
                    m.bias.normal_(0, 0.3)
            if isinstance(m, (nn.BatchNorm2d, nn.LayerNorm)):
                m.weight.uniform_(0.5, 1.5)
                m.bias.normal_(0, 0.3)
            if isinstance(m, nn.BatchNorm2d):
                m.running_mean.normal_(0.2, 0.2)
                m.running_var.uniform_(0.3, 1.5)
    return net.eval()
