package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what is put into a {@code ZipMap} in place of what it makes: a table of scores, where the
 * file makes a dictionary an example. It is what scikit-learn, LightGBM and CatBoost export by
 * default; its keys say what the columns are called, and change no score.
 *
 * @param model without the nodes that make an output so
 * @param classes the keys, in the order of the scores; empty where there is no such node
 */
record ZipMaps(ModelProto model, List<String> classes) {

  static ZipMaps unwrapped(ModelProto written) {
    GraphProto graph = written.getGraph();
    ModelProto.Builder model = null;
    List<String> classes = List.of();
    for (int o = 0; o < graph.getOutputCount(); o++) {
      String output = graph.getOutput(o).getName();
      Optional<NodeProto> maker =
          graph.getNodeList().stream()
              .filter(node -> node.getOpType().equals("ZipMap"))
              .filter(node -> node.getInputCount() == 1 && node.getOutputList().contains(output))
              .findFirst();
      if (maker.isEmpty()) {
        continue;
      }
      List<String> keys = keys(maker.get());
      if (keys.isEmpty()) {
        continue;
      }
      model = model == null ? written.toBuilder() : model;
      classes = keys;
      model.getGraphBuilder().setOutput(o, table(maker.get().getInput(0), keys.size()));
      List<NodeProto> others = new ArrayList<>(model.getGraph().getNodeList());
      others.remove(maker.get());
      model.getGraphBuilder().clearNode().addAllNode(others);
    }
    return new ZipMaps(model == null ? written : model.build(), classes);
  }

  private static List<String> keys(NodeProto node) {
    List<String> keys = new ArrayList<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getName().equals("classlabels_strings")) {
        attribute.getStringsList().forEach(key -> keys.add(key.toStringUtf8()));
      }
      if (attribute.getName().equals("classlabels_int64s")) {
        attribute.getIntsList().forEach(key -> keys.add(key.toString()));
      }
    }
    return keys;
  }

  private static ValueInfoProto table(String name, int width) {
    ValueInfoProto.Builder output = ValueInfoProto.newBuilder().setName(name);
    output
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .setElemType(TensorProto.DataType.FLOAT_VALUE)
        .getShapeBuilder()
        .addDim(Dimension.newBuilder().setDimParam("n"))
        .addDim(Dimension.newBuilder().setDimValue(width));
    return output.build();
  }
}
