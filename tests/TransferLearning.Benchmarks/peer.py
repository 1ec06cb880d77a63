"""Debian's PyTorch and Pillow at the benchmarks' work: a round for each line of the input, its seconds written to the output."""
import glob
import hashlib
import math
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


def image_step(name, batch):
    import torchvision

    network = getattr(torchvision.models, name)()
    optimizer = torch.optim.SGD(network.parameters(), 1e-3, 0.9)
    return step(network, optimizer, torch.randn(batch, 3, 224, 224), torch.randint(1000, (batch,)))


def bert_step(batch, length):
    network = Bert()
    optimizer = torch.optim.AdamW(network.parameters(), 2e-5)
    return step(network, optimizer, torch.randint(30522, (batch, length)), torch.randint(2, (batch,)))


def step(network, optimizer, inputs, labels):
    def run():
        optimizer.zero_grad()
        loss = F.cross_entropy(network(inputs), labels)
        loss.backward()
        optimizer.step()
        loss.item()

    return run


class Bert(nn.Module):
    """BERT-base with a classifier of two classes on the first token."""

    def __init__(self, width=768, layers=12):
        super().__init__()
        self.words, self.positions, self.types = nn.Embedding(30522, width), nn.Embedding(512, width), nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(BertLayer(width) for _ in range(layers))
        self.classifier = nn.Linear(width, 2)

    def forward(self, ids):
        x = self.words(ids) + self.positions.weight[: ids.shape[1]] + self.types.weight[0]
        x = F.dropout(self.norm(x), 0.1)
        for layer in self.layers:
            x = layer(x)
        return self.classifier(x[:, 0])


class BertLayer(nn.Module):
    def __init__(self, width, heads=12):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-12), nn.LayerNorm(width, eps=1e-12)

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = (p(x).view(n, t, self.heads, -1).transpose(1, 2) for p in (self.query, self.key, self.value))
        weights = F.dropout((q @ k.transpose(2, 3) / math.sqrt(d // self.heads)).softmax(-1), 0.1)
        x = self.norm1(x + F.dropout(self.out((weights @ v).transpose(1, 2).reshape(n, t, d)), 0.1))
        return self.norm2(x + F.dropout(self.down(F.gelu(self.up(x))), 0.1))


def images(folder, part, parts):
    from PIL import Image
    from torchvision import transforms as T

    torch.set_num_threads(1)
    shape = T.Compose([T.Resize(256, T.InterpolationMode.BILINEAR), T.CenterCrop(224)])
    values = T.Compose([T.ToTensor(), T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
    files = sorted(glob.glob(folder + "/*/*"))[part::parts]

    def run():
        pixels = hashlib.sha256()
        for file in files:
            image = shape(Image.open(file).convert("RGB"))
            values(image)
            pixels.update(image.tobytes())
        return pixels.hexdigest()

    return run


def augment(folder):
    from PIL import Image
    from torchvision import transforms as T

    torch.set_num_threads(1)
    change = T.Compose([
        T.RandomResizedCrop(224), T.RandomHorizontalFlip(), T.ColorJitter(0.4, 0.4, 0.4, 0.1), T.RandAugment()])
    photos = [Image.open(file).convert("RGB") for file in sorted(glob.glob(folder + "/*/*"))]

    def run():
        for photo in photos:
            change(photo)

    return run


kinds = {"image": image_step, "bert": bert_step, "images": images, "augment": augment}
run = kinds[sys.argv[1]](*(int(a) if a.isdigit() else a for a in sys.argv[2:]))
print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    result = run()
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, result, flush=True)
