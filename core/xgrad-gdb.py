"""Shows xgrad tensors in gdb: `source …/share/xgrad/xgrad-gdb.py`, by hand or in ~/.gdbinit, then `print x`:

    $1 = Float [2, 3], requires_grad, [[1, 2, 3], [4, 5, 6]]

Reads memory only and calls nothing in the program, so that it also works on a core dump."""
import struct

import gdb
import gdb.printing

ELEMENTS_SHOWN = 64
FORMATS = {"Byte": "B", "Int": "i", "Long": "q", "Float": "f", "Double": "d", "Bool": "?"}


def pointee(ref):
    """What a Ref points to, or None."""
    pointer = ref["object_"]
    return None if int(pointer) == 0 else pointer.dereference()


def integers(small_vector):
    """The elements of a SmallVector<int64_t, N>."""
    size, kept_inside = int(small_vector["size_"]), small_vector["inline_"]
    inside = kept_inside.type.sizeof // 8
    start = small_vector["heap_"] if int(small_vector["capacity_"]) > inside else kept_inside.address
    start = start.cast(gdb.lookup_type("long").pointer())
    return [int(start[i]) for i in range(size)]


def nested(place, sizes, strides, read):
    """The elements below a place in an array as nested brackets."""
    if not sizes:
        return read(place)
    rows = (nested(place + i * strides[0], sizes[1:], strides[1:], read) for i in range(sizes[0]))
    return "[" + ", ".join(rows) + "]"


class TensorPrinter:
    """Dtype, sizes, what it is to autograd, and the elements of a small tensor or the first of a large one."""

    def __init__(self, tensor):
        self.tensor = tensor

    def to_string(self):
        try:
            return self.describe()
        except gdb.MemoryError:
            return "a Tensor that is not initialised or was destroyed"

    def describe(self):
        impl = pointee(self.tensor["impl_"])
        if impl is None:
            return "undefined"
        shape, storage = pointee(impl["shape"]), pointee(impl["storage_"])
        sizes, strides = integers(shape["sizes"]), integers(shape["strides"])
        dtype = str(impl["dtype"]).rsplit("::", 1)[-1]
        parts = [f"{dtype} {sizes}"]
        if bool(impl["requires_grad"]):
            parts.append("requires_grad")
        if "none" not in str(impl["view"]):
            parts.append("a view")
        code = struct.Struct("=" + FORMATS[dtype])
        data = int(storage["data_"]) + int(impl["offset"]) * code.size
        memory = gdb.selected_inferior()

        def read(element):
            value = code.unpack(bytes(memory.read_memory(data + element * code.size, code.size)))[0]
            return f"{value:.6g}" if isinstance(value, float) else str(value)

        if int(shape["numel"]) <= ELEMENTS_SHOWN:
            parts.append(nested(0, sizes, strides, read))
        else:
            parts.append(f"{shape['numel']} elements from {read(0)} at {data:#x}")
        return ", ".join(parts)


printers = gdb.printing.RegexpCollectionPrettyPrinter("xgrad")
printers.add_printer("Tensor", "^xgrad::Tensor$", TensorPrinter)
gdb.printing.register_pretty_printer(None, printers, replace=True)
