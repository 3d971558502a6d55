"""A training step in PyTorch, of the shape and with the optimizer of `npm run bench`: what would be run in its place.

  python3 torch_step.py [--shapes "2,128,2,512,16,64,16 4,256,4,1024,16,64,16"] [--train adapters|full|head] [--json FILE]
  python3 torch_step.py --start FOLDER [--json FILE]      as `npm run bench -- --peer torch` calls it

BERT's encoder with exact GELU, Houlsby adapters before each residual sum, mean pooling, a linear head, cross entropy, the gradient
clipped by its global norm, fused AdamW. Float32, with TF32 off and then on where there is a CUDA device. Three ways there: eager,
torch.compile, and torch.compile with CUDA graphs; eager alone elsewhere. Each step ends by reading its loss. With --start weights and rows are
those of our engine, and the first losses are printed to be compared. Needs torch alone.
"""
import argparse
import json
import os
import struct
import time

import torch
import torch.nn.functional as F
from torch import nn


class Adapter(nn.Module):
    def __init__(self, hidden, bottleneck):
        super().__init__()
        self.down, self.up = nn.Linear(hidden, bottleneck), nn.Linear(bottleneck, hidden)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x):
        return x + self.up(F.gelu(self.down(x)))


class Block(nn.Module):
    def __init__(self, hidden, heads, intermediate, bottleneck):
        """Without adapters where `bottleneck` is 0."""
        super().__init__()
        self.heads = heads
        # One product for query, key and value: faster than three.
        self.qkv, self.out = nn.Linear(hidden, 3 * hidden), nn.Linear(hidden, hidden)
        self.wide, self.narrow = nn.Linear(hidden, intermediate), nn.Linear(intermediate, hidden)
        self.norm1, self.norm2 = nn.LayerNorm(hidden, eps=1e-12), nn.LayerNorm(hidden, eps=1e-12)
        site = lambda: Adapter(hidden, bottleneck) if bottleneck else nn.Identity()
        self.adapter1, self.adapter2 = site(), site()

    def forward(self, x, mask):
        """x: (B, T, H); mask: (B, 1, 1, T), true at real tokens."""
        b, t, h = x.shape
        query, key, value = self.qkv(x).view(b, t, 3, self.heads, h // self.heads).permute(2, 0, 3, 1, 4)
        context = F.scaled_dot_product_attention(query, key, value, attn_mask=mask).transpose(1, 2).reshape(b, t, h)
        x = self.norm1(self.adapter1(self.out(context)) + x)
        return self.norm2(self.adapter2(self.narrow(F.gelu(self.wide(x)))) + x)


class Net(nn.Module):
    def __init__(self, layers, hidden, heads, intermediate, tokens, bottleneck, adapted, classes=2, vocabulary=1000):
        super().__init__()
        self.words, self.places = nn.Embedding(vocabulary, hidden), nn.Embedding(tokens, hidden)
        self.types = nn.Embedding(2, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.blocks = nn.ModuleList(
            Block(hidden, heads, intermediate, bottleneck if i in adapted else 0) for i in range(layers)
        )
        self.head = nn.Linear(hidden, classes)

    def forward(self, ids, mask, real, labels):
        """ids: (B, T); mask: (B, 1, 1, T); real: (B, T, 1), 1 at real tokens; labels: (B). The mean cross entropy."""
        x = self.norm(self.words(ids) + self.places.weight[: ids.shape[1]] + self.types.weight[0])
        for block in self.blocks:
            x = block(x, mask)
        return F.cross_entropy(self.head((x * real).sum(1) / real.sum(1)), labels)


def choose(net, train):
    """Marks what trains; matrices and embeddings decay, biases and LayerNorms do not."""
    for name, parameter in net.named_parameters():
        parameter.requires_grad = train == "full" or ".adapter" in name or name.startswith("head.")
    chosen = [p for p in net.parameters() if p.requires_grad]
    return chosen, [p for p in chosen if p.dim() > 1], [p for p in chosen if p.dim() <= 1]


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    header.pop("__metadata__", None)
    return {
        name: torch.frombuffer(data, dtype=torch.float32, offset=spec["data_offsets"][0], count=max(1, torch.Size(spec["shape"]).numel()))
        .view(spec["shape"])
        .clone()
        for name, spec in header.items()
        if spec["dtype"] == "F32"
    }


def load(net, tensors):
    """Takes over tensors in the names of the Hugging Face layout."""

    def put(module, *stems):
        for kind in ("weight", "bias"):
            if getattr(module, kind, None) is not None:
                value = torch.cat([tensors[f"{stem}.{kind}"] for stem in stems])
                with torch.no_grad():
                    getattr(module, kind).copy_(value)

    put(net.words, "embeddings.word_embeddings")
    put(net.places, "embeddings.position_embeddings")
    put(net.types, "embeddings.token_type_embeddings")
    put(net.norm, "embeddings.LayerNorm")
    put(net.head, "heads.golden.1")
    for i, block in enumerate(net.blocks):
        stem = f"encoder.layer.{i}"
        put(block.qkv, *(f"{stem}.attention.self.{part}" for part in ("query", "key", "value")))
        put(block.out, f"{stem}.attention.output.dense")
        put(block.norm1, f"{stem}.attention.output.LayerNorm")
        put(block.wide, f"{stem}.intermediate.dense")
        put(block.narrow, f"{stem}.output.dense")
        put(block.norm2, f"{stem}.output.LayerNorm")
        for adapter, sublayer in ((block.adapter1, "attention.output"), (block.adapter2, "output")):
            if isinstance(adapter, Adapter):
                put(adapter.down, f"{stem}.{sublayer}.adapters.golden.adapter_down.0")
                put(adapter.up, f"{stem}.{sublayer}.adapters.golden.adapter_up")


def random_rows(examples, tokens):
    """Rows as long as those of `npm run bench`."""
    lengths = [max(1, tokens - 3 * i % 32) for i in range(examples)]
    ids = torch.randint(1, 1000, (examples, tokens)) * (torch.arange(tokens)[None] < torch.tensor(lengths)[:, None])
    return {"ids": ids.flatten().tolist(), "lengths": lengths, "labels": [i % 2 for i in range(examples)]}


def measure(task, device, mode):
    """Times one way of running a task; milliseconds and the first losses."""
    torch.manual_seed(1)
    torch._dynamo.reset()
    b, t = task["examples"], task["tokens"]
    shape = (task[name] for name in ("layers", "hidden", "heads", "intermediate", "tokens", "bottleneck"))
    net = Net(*shape, adapted=task["adapted"]).to(device)
    if task.get("tensors"):
        load(net, task["tensors"])
    rows = task["rows"]
    keep = torch.arange(t)[None] < torch.tensor(rows["lengths"])[:, None]
    ids = torch.tensor(rows["ids"]).view(b, t).to(device)
    mask, real = keep[:, None, None].to(device), keep[..., None].float().to(device)
    labels = torch.tensor(rows["labels"]).to(device)
    chosen, decayed, kept = choose(net, task["train"])
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": kept, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW([g for g in groups if g["params"]], lr=1e-3, fused=True)
    run = net if mode == "eager" else torch.compile(net, mode=None if mode == "compile" else "reduce-overhead")

    def step():
        loss = run(ids, mask, real, labels)
        loss.backward()
        nn.utils.clip_grad_norm_(chosen, 1.0)
        optimizer.step()
        # CUDA graphs want the gradients to stay where they are.
        optimizer.zero_grad(set_to_none=mode == "eager")
        return loss.item()

    losses, times = [], []
    for _ in range(1 + task["warmup"] + task["steps"]):
        started = time.perf_counter()
        losses.append(step())
        times.append((time.perf_counter() - started) * 1e3)
    last = sorted(times[-task["steps"]:])
    at = lambda share: last[min(len(last) - 1, int(share * len(last)))]
    return {
        "firstStepMs": times[0],
        "stepMs": {"median": at(0.5), "minimum": last[0], "p90": at(0.9)},
        "losses": losses[:3],
    }


def tasks_of(a):
    if a.start:
        with open(os.path.join(a.start, "start.json")) as file:
            task = json.load(file)
        return [{**task, "tensors": read_safetensors(os.path.join(a.start, "start.safetensors"))}]
    tasks = []
    for shape in a.shapes.split():
        names = ("layers", "hidden", "heads", "intermediate", "examples", "tokens", "bottleneck")
        sizes = dict(zip(names, (int(x) for x in shape.split(",")), strict=True))
        for train in a.train.split():
            adapted = list(range(sizes["layers"])) if train == "adapters" else []
            rows = random_rows(sizes["examples"], sizes["tokens"])
            tasks.append({**sizes, "train": train, "adapted": adapted, "rows": rows, "steps": a.steps, "warmup": a.warmup})
    return tasks


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--shapes", default="2,128,2,512,16,64,16 4,256,4,1024,16,64,16")
    p.add_argument("--train", default="adapters")
    p.add_argument("--steps", type=int, default=50)
    p.add_argument("--warmup", type=int, default=8)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("--modes", help="of eager, compile, graphs; all of them on CUDA, eager elsewhere")
    p.add_argument("--start", help="folder with start.json and start.safetensors")
    p.add_argument("--json")
    a = p.parse_args()
    cuda = a.device.startswith("cuda")
    modes = (a.modes or ("eager,compile,graphs" if cuda else "eager")).split(",")
    device = torch.cuda.get_device_name() if cuda else f"processor, {torch.get_num_threads()} threads"
    print(f"PyTorch {torch.__version__} on {device}", flush=True)
    ways = []
    for task in tasks_of(a):
        names = ("layers", "hidden", "heads", "intermediate", "examples", "tokens", "bottleneck")
        shape = ",".join(str(task[name]) for name in names)
        for tf32 in (False, True) if cuda else (False,):
            torch.backends.cuda.matmul.allow_tf32 = tf32
            for mode in modes:
                way = {"shape": shape, "train": task["train"], "mode": mode, "tf32": tf32}
                try:
                    way.update(measure(task, a.device, mode))
                    at = way["stepMs"]
                    told = f"median {at['median']:.3f} ms, minimum {at['minimum']:.3f} ms"
                except Exception as error:  # one way that fails leaves the others their turn
                    way["failure"] = f"{type(error).__name__}: {str(error)[:300]}"
                    told = way["failure"]
                ways.append(way)
                print(f"{shape} {task['train']} {mode}{' tf32' if tf32 else ''}: {told}", flush=True)
                # After each, so that a run that is cut off leaves what it has.
                if a.json:
                    with open(a.json, "w") as file:
                        json.dump({"torch": torch.__version__, "device": device, "ways": ways}, file, indent=1)


if __name__ == "__main__":
    main()
