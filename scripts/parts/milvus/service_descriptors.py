"""Writes the part of Milvus' protocol that Cameo speaks as a descriptor set, which protoc reads with --descriptor_set_in.
   service_descriptors.py OUT FOLDER NAME…     FOLDER: pymilvus/grpc_gen, whose *_pb2.py carry their descriptors as byte
                                               literals. They are read, not run.
Kept are what is named, methods of the service and .full.names of messages that travel as bytes within others, and the messages
and enumerations that these reach: what protoc makes of all of it takes minutes to compile. Prints the names of the files."""
import ast
import pathlib
import sys

NAME, DEPENDENCY, MESSAGE, ENUM, SERVICE, EXTENSION, OPTIONS = 1, 3, 4, 5, 6, 7, 8  # of FileDescriptorProto
PUBLIC_DEPENDENCY, WEAK_DEPENDENCY = 10, 11
LITE_RUNTIME = bytes([9 << 3, 3])  # FileOptions.optimize_for: no reflection, half the code


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def read_varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return value, at


def fields(data):
    """(number, value) in order: bytes where the field has a length, else an integer."""
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        value, end = read_varint(data, at)
        if key & 7 == 2:
            value, end = data[end : end + value], end + value
        elif key & 7:
            raise SystemExit("a descriptor has a field of an unexpected kind")
        yield key >> 3, value
        at = end


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def first(data, number):
    return next((value for key, value in fields(data) if key == number), b"")


def types(message):
    """Names that the fields of a message, and of those within it, are of."""
    for key, value in fields(message):
        if key == 2 and first(value, 6):
            yield first(value, 6).decode()
        elif key == 3:
            yield from types(value)


def main(out, folder, *names):
    wanted, files, messages = {name for name in names if name[0] != "."}, {}, {}
    for path in pathlib.Path(folder).glob("*_pb2.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "AddSerializedFile":
                data = node.args[0].value
                files[first(data, NAME)] = data
                package = "." + first(data, 2).decode() + "."
                for key, value in fields(data):
                    if key in (MESSAGE, ENUM):
                        messages[package + first(value, 1).decode()] = value if key == MESSAGE else b""
    outer = lambda name: next((known for known in messages if name == known or name.startswith(known + ".")), name)
    calls = {
        first(method, 1).decode(): method
        for data in files.values()
        for key, service in fields(data)
        if key == SERVICE and first(service, 1) == b"MilvusService"
        for number, method in fields(service)
        if number == 2
    }
    if missing := set(names) - set(calls) - set(messages):
        raise SystemExit(f"the protocol has no {', '.join(sorted(missing))}")
    reached = set()
    open_names = {first(calls[name], number).decode() for name in wanted for number in (2, 3)} | (set(names) - wanted)
    while open_names:
        name = outer(open_names.pop())
        if name not in reached and name in messages:
            reached.add(name)
            open_names |= set(types(messages[name]))
    kept = {}
    for name, data in files.items():
        package = "." + first(data, 2).decode() + "."
        content = b""
        for key, value in fields(data):
            if key in (MESSAGE, ENUM):
                content += field(key, value) if package + first(value, 1).decode() in reached else b""
            elif key == SERVICE and first(value, 1) == b"MilvusService":
                content += field(key, field(1, first(value, 1)) + b"".join(field(2, calls[method]) for method in sorted(wanted)))
        if content:
            kept[name] = first(data, 2), content, [value for key, value in fields(data) if key == DEPENDENCY]
    result, left = b"", dict(kept)
    while left:  # a file after those that it imports
        name = min(name for name in left if not any(other in left for other in left[name][2]))
        package, content, imports = left.pop(name)
        result += field(1, field(NAME, name) + field(2, package)
                        + b"".join(field(DEPENDENCY, other) for other in imports if other in kept)
                        + content + field(OPTIONS, LITE_RUNTIME) + field(12, b"proto3"))
    pathlib.Path(out).write_bytes(result)
    print(" ".join(name.decode() for name in kept))


main(*sys.argv[1:])
