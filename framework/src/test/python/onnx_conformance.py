"""Writes src/test/resources/onnx-conformance.gz: ONNX's own backend tests, cut to what the white box claims to know.

    pip install onnx==1.23.2 numpy==2.4.6
    python onnx_conformance.py ../resources/onnx-conformance.gz

Three sources, all of the onnx package (Apache-2.0):
  node-*      the standard's node tests (onnx.backend.test.case.node) with the outputs that come with them
  pytorch-*   layers and operators that PyTorch exported for old operator sets, with the outputs that come with them
  opset-*     operators whose inputs and attributes changed between operator sets, in their old forms, written here;
              the outputs are those of onnx.reference.ReferenceEvaluator

The white box takes one float input; the other inputs become initialisers. A test without a float input gets one that
nothing uses. The file is gzipped; each test is its name, model, input and output (ONNX protobufs), each after its
length in four bytes, big-endian.
"""
import gzip
import os
import struct
import sys
import warnings

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

warnings.filterwarnings("ignore")

OPERATORS = set("""
Abs Add And AveragePool BatchNormalization Cast CastLike Ceil Celu Clip Concat Constant ConstantOfShape Conv
ConvTranspose Cos DepthToSpace Div Dropout Elu Equal Erf Exp Expand Flatten Floor Gather Gelu Gemm GlobalAveragePool
GlobalMaxPool Greater GreaterOrEqual GroupNormalization HardSigmoid HardSwish Identity IsNaN InstanceNormalization LayerNormalization LRN LeakyRelu Less LessOrEqual Log LogSoftmax MatMul Max MaxPool Mean Min Mish Mod Mul Neg Not Or PRelu
Pad Pow Range Reciprocal ReduceL1 ReduceL2 ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum
ReduceSumSquare Relu Reshape Selu Shape Sigmoid Sign Sin Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt
Squeeze Sub Sum Swish Tanh ThresholdedRelu Tile Transpose Unsqueeze Upsample Where Xor Resize ArgMax ArgMin
Acos Asin Atan Attention Cosh CumSum Einsum GRU GatherElements GatherND LSTM OneHot RMSNormalization
RNN RotaryEmbedding Round ScatterElements ScatterND Sinh Tan TopK Trilu
""".split())
SEVERAL = ("Attention", "GRU", "LSTM", "RNN", "Split", "TopK")
LARGEST = 8_000  # bytes of one test
FLOATS = (TensorProto.FLOAT, TensorProto.DOUBLE)
KNOWN = FLOATS + (TensorProto.INT64, TensorProto.INT32, TensorProto.BOOL, TensorProto.UINT8)


def single_input(model, inputs):
    """The model with its first float input alone, and that input's value."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    graph = model.graph
    weights = {w.name for w in graph.initializer}
    given = [i for i in graph.input if i.name not in weights]
    if len(given) != len(inputs):
        return None
    chosen, value = None, None
    for info, array in zip(given, inputs):
        if isinstance(array, np.generic):
            array = np.asarray(array)
        if array is None or not isinstance(array, np.ndarray):
            return None
        if chosen is None and info.type.tensor_type.elem_type in FLOATS and array.ndim > 0 and array.size > 0:
            chosen, value = info, array
        else:
            graph.initializer.append(numpy_helper.from_array(array, info.name))
    if chosen is None:
        chosen = helper.make_tensor_value_info("unused", TensorProto.FLOAT, [1])
        value = np.zeros(1, np.float32)
    del graph.input[:]
    graph.input.append(chosen)
    return model, value


def is_wanted(model):
    nodes = list(model.graph.node)
    if any(n.domain not in ("", "ai.onnx") or n.op_type not in OPERATORS for n in nodes):
        return False
    if any(a.type in (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS) for n in nodes for a in n.attribute):
        return False
    types = [v.type.tensor_type.elem_type for v in list(model.graph.input) + list(model.graph.output)]
    types += [w.data_type for w in model.graph.initializer]
    return all(t in KNOWN for t in types)


def node_tests():
    from onnx.backend.test.case.node import collect_testcases

    for case in collect_testcases(None):
        name = case.name.removeprefix("test_")
        if "_expanded" in name or "training" in name or case.model is None or not is_wanted(case.model):
            continue
        for inputs, outputs in case.data_sets[:1]:
            several = any(n.op_type in SEVERAL for n in case.model.graph.node)
            for i, output in enumerate(outputs if several else outputs[:1]):
                yield f"node-{name}" + (f"-{i}" if len(outputs) > 1 else ""), case.model, inputs, i, output


def pytorch_tests():
    root = os.path.join(os.path.dirname(onnx.__file__), "backend", "test", "data")
    for folder in ("pytorch-converted", "pytorch-operator"):
        for name in sorted(os.listdir(os.path.join(root, folder))):
            path = os.path.join(root, folder, name)
            model = onnx.load(os.path.join(path, "model.onnx"))
            if not is_wanted(model):
                continue
            inputs = []
            data = os.path.join(path, "test_data_set_0")
            while os.path.exists(os.path.join(data, f"input_{len(inputs)}.pb")):
                inputs.append(numpy_helper.to_array(onnx.load_tensor(os.path.join(data, f"input_{len(inputs)}.pb"))))
            output = numpy_helper.to_array(onnx.load_tensor(os.path.join(data, "output_0.pb")))
            yield "pytorch-" + name.removeprefix("test_"), model, inputs, 0, output


def old_forms():
    random = np.random.default_rng(42)
    x = random.standard_normal((2, 3, 4)).astype(np.float32)
    image = random.standard_normal((1, 2, 4, 4)).astype(np.float32)
    column = random.standard_normal((2, 1, 3, 1)).astype(np.float32)

    def case(name, opset, op, inputs, expected=None, **attributes):
        names = [f"i{n}" for n in range(len(inputs))]
        node = helper.make_node(op, names, ["out"], **attributes)
        infos = [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape)
                 for n, a in zip(names, inputs)]
        graph = helper.make_graph([node], name, infos, [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
        output = ReferenceEvaluator(model).run(None, dict(zip(names, inputs)))[0] if expected is None else expected
        return f"opset-{opset}-{name}", model, inputs, 0, output

    i64 = lambda *v: np.array(v, np.int64)
    yield case("squeeze", 11, "Squeeze", [column], axes=[1, 3])
    yield case("squeeze_all", 11, "Squeeze", [column])
    yield case("squeeze", 13, "Squeeze", [column, i64(-1)])
    yield case("unsqueeze", 11, "Unsqueeze", [x], axes=[0, 4])
    yield case("unsqueeze", 13, "Unsqueeze", [x, i64(0, -1)])
    # Before opset 13 the input was first flattened to two dimensions, which the evaluator does not do.
    exponentials = np.exp(x.reshape(2, 12))
    flattened = (exponentials / exponentials.sum(1, keepdims=True)).reshape(x.shape)
    yield case("softmax", 11, "Softmax", [x], axis=1, expected=flattened)
    yield case("softmax", 9, "Softmax", [x], expected=flattened)
    yield case("logsoftmax", 11, "LogSoftmax", [x], axis=2)
    yield case("logsoftmax", 13, "LogSoftmax", [x])
    yield case("clip", 6, "Clip", [x], min=-.5, max=.25)
    yield case("clip", 13, "Clip", [x, np.float32(-.5), np.float32(.25)])
    yield case("clip_one_side", 13, "Clip", [x, np.float32(-.5)])
    yield case("slice", 9, "Slice", [x], starts=[0, 1], ends=[2, -1], axes=[0, 2])
    yield case("slice", 13, "Slice", [x, i64(3), i64(-5), i64(2), i64(-2)])
    yield case("reduce_sum", 11, "ReduceSum", [x], axes=[1], keepdims=0)
    yield case("reduce_sum", 13, "ReduceSum", [x, i64(1, -1)], keepdims=1)
    yield case("reduce_mean", 13, "ReduceMean", [x], axes=[1, 2], keepdims=1)
    yield case("reduce_mean", 18, "ReduceMean", [x, i64(0)], keepdims=0)
    yield case("reduce_max", 13, "ReduceMax", [x], axes=[-1], keepdims=0)
    yield case("reduce_max_all", 13, "ReduceMax", [x])
    yield case("pad", 13, "Pad", [x, i64(0, 1, 0, 0, 0, 2), np.float32(1.5)])
    yield case("tile", 13, "Tile", [x, i64(1, 2, 1)])
    yield case("flatten", 9, "Flatten", [x], axis=2)
    yield case("gather", 11, "Gather", [x, i64(0, -1)], axis=1)
    yield case("transpose", 9, "Transpose", [x])
    yield case("concat", 9, "Concat", [x, x], axis=1)
    yield case("gemm_scaled", 9, "Gemm", [x[0], x[1].T.copy(), np.float32([2.])], alpha=.5, beta=2.)
    yield case("gemm_without_bias", 11, "Gemm", [x[0], x[1]], transB=1)
    yield case("average_pool", 9, "AveragePool", [image], kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    yield case("average_pool_counting_pads", 11, "AveragePool", [image], kernel_shape=[3, 3], pads=[1, 1, 1, 1],
               count_include_pad=1)
    yield case("max_pool_ceil", 11, "MaxPool", [image], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    yield case("dropout", 11, "Dropout", [x])
    yield case("prelu_per_channel", 9, "PRelu", [image, np.float32([[[.1]], [[.3]]])])
    yield case("hard_sigmoid", 6, "HardSigmoid", [x], alpha=.3, beta=.4)
    yield case("pow", 12, "Pow", [np.abs(x), np.float32(2.5)])
    yield case("sum", 8, "Sum", [x, x[:1], x[:, :1]])
    yield case("conv_same_upper", 11, "Conv", [image, random.standard_normal((3, 2, 2, 2)).astype(np.float32)],
               auto_pad="SAME_UPPER", strides=[2, 2])
    yield case("layer_normalization", 17, "LayerNormalization",
               [x, random.standard_normal(4).astype(np.float32), random.standard_normal(4).astype(np.float32)])


def main(target):
    written, seen = 0, set()
    with open(target, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as archive:
        for source in (node_tests, pytorch_tests, old_forms):
            for name, model, inputs, index, output in source():
                if not isinstance(output, np.ndarray) or output.dtype == object or name in seen:
                    continue
                single = single_input(model, inputs)
                if single is None:
                    continue
                model, value = single
                kept = model.graph.output[index]
                del model.graph.output[:]
                model.graph.output.append(kept)
                model.graph.ClearField("doc_string")
                parts = [
                    name.encode(),
                    model.SerializeToString(),
                    numpy_helper.from_array(np.ascontiguousarray(value)).SerializeToString(),
                    numpy_helper.from_array(np.array(output, order="C")).SerializeToString(),
                ]
                if sum(map(len, parts)) > LARGEST:
                    continue
                seen.add(name)
                written += 1
                for part in parts:
                    archive.write(struct.pack(">i", len(part)) + part)
    print(written, "tests,", os.path.getsize(target), "bytes")


if __name__ == "__main__":
    main(sys.argv[1])
