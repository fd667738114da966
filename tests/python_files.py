"""Files between Python and xgrad, by a reader and a writer of safetensors that know nothing of xgrad's.

record FOLDER   writes the files that test_python_files.cpp reads (committed in tests/data) and the fuzzer starts from
check PROGRAM   lets the unit tests write files and reads them
"""
import json
import os
import struct
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    print("skipped: no numpy to compare with; install python3-numpy")
    sys.exit(0)

NAMES = {"BOOL": "?", "U8": "u1", "I32": "<i4", "I64": "<i8", "F32": "<f4", "F64": "<f8"}


def expected():
    """The same arrays as in test_python_files.cpp."""
    return {
        "float": np.arange(6, dtype="<f4").reshape(2, 3) / 4,
        "double": np.array([1e-300, -0.0, np.inf, 3.141592653589793]),
        "long": np.array(-(2**62), dtype="<i8"),
        "int": np.array([[7], [-8]], dtype="<i4"),
        "byte": np.array([0, 255, 128], dtype="u1"),
        "bool": np.array([True, False, True]),
        "none": np.zeros((0, 4), dtype="<f4"),
        "Ünïcode \"name\"": np.ones((1, 1, 2), dtype="<f4"),
    }


def write_safetensors(path, arrays, metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, array in arrays.items():
        code = next(code for code, kind in NAMES.items() if np.dtype(kind) == array.dtype)
        header[name] = {"dtype": code, "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()  # neither sorted by size nor padded: readers must not rely on it
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def read_safetensors(path):
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    assert content[8:9] == b"{" and length % 8 == 0, "the elements must be aligned"
    data, metadata, arrays, spans = content[8 + length :], header.pop("__metadata__"), {}, []
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        spans.append((begin, end))
        kind = np.dtype(NAMES[entry["dtype"]])
        assert begin % kind.itemsize == 0, name
        arrays[name] = np.frombuffer(data[begin:end], kind).reshape(entry["shape"])
    at = 0
    for begin, end in sorted(spans):
        assert begin == at, "overlap or hole"
        at = end
    assert at == len(data)
    return arrays, metadata


def same(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def record(folder):
    path = lambda name: os.path.join(folder, name)
    write_safetensors(path("python.safetensors"), expected(), {"made by": "tests/python_files.py"})
    np.save(path("python.npy"), expected()["float"])
    np.save(path("fortran.npy"), np.asfortranarray(np.arange(24, dtype="<i8").reshape(2, 3, 4)))


def check_module_in_pytorch(folder):
    try:
        import torch
    except ImportError:
        print("no torch: the module was not loaded into one of PyTorch's")
        return
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2))
    arrays, metadata = read_safetensors(os.path.join(folder, "module.safetensors"))
    assert metadata["format"] == "pt"
    model.load_state_dict({name: torch.from_numpy(a.copy()) for name, a in arrays.items()}, strict=True)
    x, y = (torch.from_numpy(np.load(os.path.join(folder, name))) for name in ("input.npy", "output.npy"))
    assert torch.allclose(model(x), y, rtol=1e-5, atol=1e-6)


def check(program):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "[python-files]"], check=True, env=dict(os.environ, XGRAD_FILES=folder))
        arrays, _ = read_safetensors(os.path.join(folder, "xgrad.safetensors"))
        assert arrays.keys() == expected().keys(), arrays.keys()
        for name, array in expected().items():
            assert same(arrays[name], array), name
            if array.ndim and name.isascii():
                assert same(np.load(os.path.join(folder, name + ".npy")), array), name
        check_module_in_pytorch(folder)
    print("all files are what they should be")


{"record": record, "check": check}[sys.argv[1]](sys.argv[2])
