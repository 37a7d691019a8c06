package dev.touchstone.graph;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Small networks whose weights are differentiated by, each with examples. */
enum WeightModels {
  /** Dense layers in the three ways in which they are written. */
  PERCEPTRON(5, 4) {
    @Override
    OnnxBuilder onnx() {
      return new OnnxBuilder()
          .input("x", 0, 4)
          .weights("fc1.weight", normal("fc1", 28), 7, 4)
          .weights("fc1.bias", normal("b1", 7), 7)
          .weights("fc2.weight", normal("fc2", 35), 7, 5)
          .weights("fc2.bias", normal("b2", 5), 5)
          .weights("fc3.weight", normal("fc3", 15), 3, 5)
          .node("Gemm", List.of("x", "fc1.weight", "fc1.bias"), "h1", attribute("transB", 1))
          .node("Tanh", List.of("h1"), "a1")
          .node("MatMul", List.of("a1", "fc2.weight"), "m2")
          .node("Add", List.of("m2", "fc2.bias"), "h2")
          .node("Sigmoid", List.of("h2"), "a2")
          .node("Gemm", List.of("a2", "fc3.weight"), "h3", attribute("transB", 1))
          .node("Softmax", List.of("h3"), "y")
          .output("y", 0, 3);
    }
  },

  /**
   * Convolutions, strided, grouped and dilated, batch normalisation, slopes, pooling, a skip
   * connection.
   */
  CONVOLUTIONAL(4, 2, 8, 8) {
    @Override
    OnnxBuilder onnx() {
      return new OnnxBuilder()
          .input("x", 0, 2, 8, 8)
          .weights("conv1.weight", normal("c1", 72), 4, 2, 3, 3)
          .weights("conv1.bias", normal("cb1", 4), 4)
          .weights("bn.weight", normal("bn", 4), 4)
          .weights("bn.bias", normal("bnb", 4), 4)
          .weights("bn.running_mean", normal("bnm", 4), 4)
          .weights("bn.running_var", new float[] {1, 2, .5f, 1.5f}, 4)
          .weights("conv2.weight", normal("c2", 72), 4, 2, 3, 3)
          .weights("slope", new float[] {.25f}, 1)
          .weights("conv3.weight", normal("c3", 72), 2, 4, 3, 3)
          .weights("fc.weight", normal("cfc", 24), 3, 8)
          .weights("fc.bias", normal("cfcb", 3), 3)
          .node(
              "Conv",
              List.of("x", "conv1.weight", "conv1.bias"),
              "c1",
              attribute("pads", new long[] {1, 1, 1, 1}))
          .node(
              "BatchNormalization",
              List.of("c1", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"),
              "n1")
          .node("Relu", List.of("n1"), "r1")
          .node(
              "Conv",
              List.of("r1", "conv2.weight"),
              "c2",
              attribute("group", 2),
              attribute("dilations", new long[] {2, 1}),
              attribute("pads", new long[] {1, 0, 3, 2}))
          .node("Add", List.of("c2", "r1"), "s2")
          .node("PRelu", List.of("s2", "slope"), "p2")
          .node(
              "MaxPool",
              List.of("p2"),
              "m2",
              attribute("kernel_shape", new long[] {2, 2}),
              attribute("strides", new long[] {2, 2}))
          .node(
              "Conv",
              List.of("m2", "conv3.weight"),
              "c3",
              attribute("strides", new long[] {2, 2}),
              attribute("pads", new long[] {1, 1, 1, 1}))
          .node("Sigmoid", List.of("c3"), "a3")
          .node("Flatten", List.of("a3"), "f")
          .node("Gemm", List.of("f", "fc.weight", "fc.bias"), "y", attribute("transB", 1))
          .output("y", 0, 3);
    }
  },

  /** One head of attention with a skip connection, layer normalisation, GELU. */
  ATTENTION(3, 4, 6) {
    @Override
    OnnxBuilder onnx() {
      return new OnnxBuilder()
          .input("x", 0, 4, 6)
          .weights("query.weight", normal("q", 36), 6, 6)
          .weights("query.bias", normal("qb", 6), 6)
          .weights("key.weight", normal("k", 36), 6, 6)
          .weights("value.weight", normal("v", 36), 6, 6)
          .weights("scale", new float[] {.25f})
          .weights("norm.weight", normal("ln", 6), 6)
          .weights("norm.bias", normal("lnb", 6), 6)
          .weights("mlp.weight", normal("mlp", 48), 6, 8)
          .weights("mlp.bias", normal("mlpb", 8), 8)
          .weights("head.weight", normal("head", 24), 3, 8)
          .node("MatMul", List.of("x", "query.weight"), "qm")
          .node("Add", List.of("query.bias", "qm"), "q")
          .node("MatMul", List.of("x", "key.weight"), "k")
          .node("MatMul", List.of("x", "value.weight"), "v")
          .node("Transpose", List.of("k"), "kt", attribute("perm", new long[] {0, 2, 1}))
          .node("MatMul", List.of("q", "kt"), "products")
          .node("Mul", List.of("products", "scale"), "scaled")
          .node("Softmax", List.of("scaled"), "shares")
          .node("MatMul", List.of("shares", "v"), "attended")
          .node("Add", List.of("x", "attended"), "skip")
          .node("LayerNormalization", List.of("skip", "norm.weight", "norm.bias"), "n")
          .node("MatMul", List.of("n", "mlp.weight"), "hm")
          .node("Add", List.of("hm", "mlp.bias"), "h")
          .node("Mul", List.of("h", "half"), "hh")
          .weights("half", new float[] {.5f})
          .node("Erf", List.of("hh"), "e")
          .node("Mul", List.of("h", "e"), "g")
          .node(
              "ReduceMean",
              List.of("g"),
              "pooled",
              attribute("axes", new long[] {1}),
              attribute("keepdims", 0))
          .node("Gemm", List.of("pooled", "head.weight"), "y", attribute("transB", 1))
          .output("y", 0, 3);
    }
  },

  /** Weights that reach their node transposed, reshaped, cast and scaled, or that nodes share. */
  REARRANGED(4, 6) {
    @Override
    OnnxBuilder onnx() {
      return new OnnxBuilder()
          .input("x", 0, 6)
          .weights("fc1.weight", normal("r1", 36), 6, 6)
          .weights("shared", normal("rs", 6), 6)
          .weights("fc2.weight", normal("r2", 36), 4, 9)
          .weights("fc3.weight", normal("r3", 18), 3, 6)
          .integers("shape", 6, 6)
          .node("Transpose", List.of("fc1.weight"), "t1", attribute("perm", new long[] {1, 0}))
          .node("Gemm", List.of("x", "t1"), "m1")
          .node("Add", List.of("m1", "shared"), "h1")
          .node("Tanh", List.of("h1"), "a1")
          .node("Reshape", List.of("fc2.weight", "shape"), "t2")
          .node("Cast", List.of("t2"), "t2c", attribute("to", 1))
          .node("Neg", List.of("t2c"), "t2n")
          .node("MatMul", List.of("a1", "t2n"), "m2")
          .node("Identity", List.of("shared"), "again")
          .node("Add", List.of("m2", "again"), "h2")
          .node("Tanh", List.of("h2"), "a2")
          .node("MatMul", List.of("a2", "t1"), "m3")
          .node("Gemm", List.of("m3", "fc3.weight"), "y", attribute("transB", 1))
          .output("y", 0, 3);
    }
  },

  /** Operators whose sums over examples nobody undoes in one step. */
  RARE(3, 3, 5, 5) {
    @Override
    OnnxBuilder onnx() {
      return new OnnxBuilder()
          .input("x", 0, 3, 5, 5)
          .weights("up.weight", normal("up", 54), 3, 2, 3, 3)
          .weights("up.bias", normal("upb", 2), 2)
          .weights("norm.weight", normal("in", 2), 2)
          .weights("norm.bias", normal("inb", 2), 2)
          .weights("scale", normal("scale", 2), 2, 1, 1)
          .weights("position", normal("position", 98), 1, 2, 7, 7)
          .weights("left.weight", normal("left", 21), 3, 7)
          .weights("fc.weight", normal("rfc", 126), 42, 3)
          .weights("fc.bias", new float[] {.5f}, 1)
          .node("ConvTranspose", List.of("x", "up.weight", "up.bias"), "u")
          .node("InstanceNormalization", List.of("u", "norm.weight", "norm.bias"), "n")
          .node("Mul", List.of("n", "scale"), "p")
          .node("Add", List.of("position", "p"), "placed")
          .node("Tanh", List.of("placed"), "t")
          .node("MatMul", List.of("left.weight", "t"), "l")
          .node("Flatten", List.of("l"), "f")
          .node(
              "Gemm",
              List.of("f", "fc.weight", "fc.bias"),
              "y",
              attribute("alpha", .5f),
              attribute("beta", 2f))
          .output("y", 0, 3);
    }
  },

  /** Sequences with their places in front and the examples behind, then all flattened. */
  CROSSWISE(4, 4, 3) {
    @Override
    OnnxBuilder onnx() {
      return new OnnxBuilder()
          .input("x", 0, 4, 3)
          .weights("fc1.weight", normal("x1", 15), 3, 5)
          .weights("fc1.bias", normal("xb", 5), 5)
          .weights("fc2.weight", normal("x2", 25), 5, 5)
          .weights("fc3.weight", normal("x3", 60), 20, 3)
          .integers("flat", -1, 5)
          .integers("places", 4, -1, 5)
          .node("Transpose", List.of("x"), "across", attribute("perm", new long[] {1, 0, 2}))
          .node("MatMul", List.of("across", "fc1.weight"), "m1")
          .node("Add", List.of("m1", "fc1.bias"), "h1")
          .node("Tanh", List.of("h1"), "a1")
          .node("Reshape", List.of("a1", "flat"), "rows")
          .node("Gemm", List.of("rows", "fc2.weight"), "m2")
          .node("Reshape", List.of("m2", "places"), "h2")
          .node("Sigmoid", List.of("h2"), "a2")
          .node("Transpose", List.of("a2"), "back", attribute("perm", new long[] {1, 0, 2}))
          .node("Flatten", List.of("back"), "f")
          .node("MatMul", List.of("f", "fc3.weight"), "y")
          .output("y", 0, 3);
    }
  },

  /** A published network. */
  TRIBUO(2, 1, 28, 28) {
    @Override
    OnnxBuilder onnx() {
      throw new UnsupportedOperationException("it is read from its file");
    }

    @Override
    WhiteBox single() {
      return TestModels.tribuo();
    }

    @Override
    Tensor batch() {
      return TestModels.digitLike("digits", 2);
    }
  };

  private final int[] batchShape;

  WeightModels(int... batchShape) {
    this.batchShape = batchShape;
  }

  abstract OnnxBuilder onnx();

  /**
   * Scores Wx, whose derivatives have closed forms.
   *
   * @param rows of the batch that it takes, 0 for any
   */
  static WhiteBox linear(int rows, int features, int outputs) {
    return TestModels.whiteBox(
        new OnnxBuilder()
            .input("x", rows, features)
            .weights(
                "fc.weight", TestModels.normal("linear", features * outputs), outputs, features)
            .node("Gemm", List.of("x", "fc.weight"), "y", attribute("transB", 1))
            .output("y", rows, outputs));
  }

  /** The model, in single precision. */
  WhiteBox single() {
    return TestModels.whiteBox(onnx());
  }

  /** In double precision, its weights multiples of 1/1024, so that small steps are exact. */
  WhiteBox rounded() {
    WhiteBox model = single();
    Map<String, float[]> weights = new HashMap<>();
    for (Parameters.Part part : Parameters.trainable(model).parts()) {
      float[] values = model.weight(part.weight());
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (Math.rint(values[i] * 1024) / 1024);
      }
      weights.put(part.weight(), values);
    }
    return model.withWeights(weights).inDoublePrecision();
  }

  /** Examples. */
  Tensor batch() {
    return batch(batchShape[0]);
  }

  /** So many examples. */
  Tensor batch(int rows) {
    int[] shape = batchShape.clone();
    shape[0] = rows;
    int size = rows;
    for (int axis = 1; axis < shape.length; axis++) {
      size *= shape[axis];
    }
    return Tensor.of(TestModels.normal("examples of " + name(), size), shape);
  }

  private static float[] normal(String stream, int n) {
    float[] values = TestModels.normal(stream, n);
    for (int i = 0; i < n; i++) {
      values[i] *= .6f;
    }
    return values;
  }
}
