"""Writes src/main/resources/dev/touchstone/graph/onnx/onnx-schemas.txt.gz: what ONNX's own operator schemas demand of a node.

    pip install onnx==1.23.2
    python onnx_schemas.py ../../main/resources/dev/touchstone/graph/onnx/onnx-schemas.txt.gz

One line an operator and version, fields separated by tabs:
  domain (- for the standard's own), name, first version, "d" if deprecated there else "-",
  least and most inputs, least and most outputs (-1: any number),
  attributes as name:TYPE, with ! behind a required one, separated by commas (- for none),
  inputs as option and ranks, separated by commas (- for none): s (required), o (may be left out) or v (any number), and
  the ranks from 0 to 6 that ONNX's own shape inference accepts for it with some ranks of the others and some attributes,
  as digits, 6 standing for more as well; * where it accepts all of them, or there is none.
"""
import gzip
import itertools
import sys

import onnx
from onnx import defs, helper
from onnx.shape_inference import infer_node_outputs

assert onnx.__version__ == "1.23.2", onnx.__version__
RANKS = range(7)
MOST = 2147483647
OPTION = {"FormalParameterOption.Single": "s", "FormalParameterOption.Optional": "o", "FormalParameterOption.Variadic": "v"}


NUMBERS = (None, 0, 1, -1, 2)
LISTS = [None] + [values for n in range(1, 13) for values in ([1] * n, list(range(n)), [0] * n)]


def settings(schema):
    """Attributes to try, so that no rank is refused for the sake of one value; None where a required one has no example."""
    kinds = {a.name: (a.type.name, a.required) for a in schema.attributes.values()}
    # A required text, such as Einsum's equation, says itself which ranks fit.
    if any(required and kind not in ("INT", "FLOAT", "INTS", "FLOATS", "STRINGS") for kind, required in kinds.values()):
        return None
    has_numbers = any(kind == "INT" for kind, _ in kinds.values())
    has_lists = any(kind in ("INTS", "FLOATS") for kind, _ in kinds.values())
    tried = []
    for number in NUMBERS if has_numbers else (1,):
        for values in LISTS if has_lists else ([1],):
            given = {}
            for name, (kind, required) in kinds.items():
                if kind == "INT" and (number is not None or required):
                    given[name] = 1 if number is None else number
                elif kind == "FLOAT" and required:
                    given[name] = 1.0
                elif kind == "STRINGS" and required:
                    given[name] = ["x"] * len(values or [1])
                elif kind == "INTS" and (values is not None or required):
                    given[name] = values or [1]
                elif kind == "FLOATS" and required:
                    given[name] = [float(v) for v in values or [1]]
            tried.append(given)
            # Numbers that set one length may not fit numbers that name an axis: also the required ones alone.
            tried.append({n: v for n, v in given.items() if kinds[n][1]})
    return tried


def element(schema, formal):
    for constraint in schema.type_constraints:
        if constraint.type_param_str == formal.type_str:
            types = list(constraint.allowed_type_strs)
            break
    else:
        types = [formal.type_str]
    for wanted in ("tensor(float)", "tensor(int64)", "tensor(bool)", "tensor(string)", "tensor(uint8)", "tensor(int32)"):
        if wanted in types:
            name = wanted[len("tensor(") : -1]
            return {"float": 1, "int64": 7, "bool": 9, "string": 8, "uint8": 2, "int32": 6}[name]
    return None


def ranks(schema):
    """For each of the first three inputs the ranks that are accepted with some ranks of the others."""
    count = len(schema.inputs)
    any_rank = ["*"] * count
    if not schema.has_type_and_shape_inference_function or schema.deprecated or count == 0:
        return any_rank
    needed = [i for i in range(count) if OPTION[str(schema.inputs[i].option)] != "o"]
    tried = [i for i in range(count) if i < 3 or i in needed][:3]
    if any(i not in tried for i in needed if i > 2):
        others = [i for i in needed if i > 2]
    else:
        others = []
    types = {i: element(schema, schema.inputs[i]) for i in tried + others}
    if any(t is None for t in types.values()):
        return any_rank
    accepted = {i: set() for i in tried}
    present = [i for i in tried if i in needed or i < 3]
    tried_settings = settings(schema)
    if tried_settings is None:
        return any_rank
    last = max(present + others)
    names = [f"i{i}" if i in present or i in others else "" for i in range(last + 1)]
    outputs = [f"o{i}" for i in range(max(1, schema.min_output))]
    seen = []
    for given in tried_settings:
        if given in seen:
            continue
        seen.append(given)
        node = helper.make_node(schema.name, names, outputs, domain=schema.domain, **given)
        for combination in itertools.product(RANKS, repeat=len(present)):
            if all(r in accepted[i] for i, r in zip(present, combination)):
                continue
            inputs = {f"i{i}": helper.make_tensor_type_proto(types[i], [None] * r) for i, r in zip(present, combination)}
            inputs.update({f"i{i}": helper.make_tensor_type_proto(types[i], None) for i in others})
            try:
                infer_node_outputs(schema, node, inputs)
            except Exception as e:
                if "Inference" in type(e).__name__ or "ValidationError" in type(e).__name__:
                    continue
                return any_rank
            for i, r in zip(present, combination):
                accepted[i].add(r)
        if all(len(a) == len(RANKS) for a in accepted.values()):
            break
    told = []
    for i in range(count):
        digits = "".join(str(r) for r in sorted(accepted.get(i, ())))
        told.append("*" if digits in ("", "0123456") else digits)
    return told


def line(schema):
    most = lambda n: -1 if n == MOST else n
    attributes = ",".join(
        f"{a.name}:{a.type.name}{'!' if a.required else ''}" for a in sorted(schema.attributes.values(), key=lambda a: a.name)
    )
    inputs = ",".join(OPTION[str(f.option)] + r for f, r in zip(schema.inputs, ranks(schema)))
    return "\t".join(
        [
            schema.domain or "-",
            schema.name,
            str(schema.since_version),
            "d" if schema.deprecated else "-",
            str(schema.min_input),
            str(most(schema.max_input)),
            str(schema.min_output),
            str(most(schema.max_output)),
            attributes or "-",
            inputs or "-",
        ]
    )


def main(path):
    schemas = sorted(defs.get_all_schemas_with_history(), key=lambda s: (s.domain, s.name, s.since_version))
    text = "".join(line(s) + "\n" for s in schemas)
    header = (
        f"# Operator schemas of ONNX {onnx.__version__} (https://onnx.ai), Apache License 2.0,"
        " Copyright (c) ONNX Project Contributors; made by src/test/python/onnx_schemas.py\n"
    )
    with open(path, "wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as out:
        out.write((header + text).encode())
    print(len(schemas), "schemas,", len(text), "characters")


if __name__ == "__main__":
    main(sys.argv[1])
