package dev.touchstone.graph.onnx;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static dev.touchstone.graph.onnx.OnnxBuilder.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.touchstone.graph.Node;
import dev.touchstone.runtime.TouchstoneException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Learned models of two features whose lists do not belong together: all are refused unread. */
class LearnedAttributesTest {

  /** Attributes by name, so that a test exchanges one. */
  private static final class Node {
    private final String type;
    private final long version;
    private final Map<String, AttributeProto> attributes = new LinkedHashMap<>();

    Node(String type, long version, AttributeProto... given) {
      this.type = type;
      this.version = version;
      List.of(given).forEach(this::with);
    }

    Node with(AttributeProto attribute) {
      attributes.put(attribute.getName(), attribute);
      return this;
    }

    Node without(String name) {
      attributes.remove(name);
      return this;
    }

    byte[] file() throws InvalidProtocolBufferException {
      boolean classifier = type.endsWith("Classifier");
      OnnxBuilder built =
          new OnnxBuilder()
              .input("x", 0, 2)
              .node(
                  "ai.onnx.ml",
                  "model",
                  type,
                  List.of("x"),
                  classifier ? List.of("label", "y") : List.of("y"),
                  attributes.values().toArray(AttributeProto[]::new));
      if (classifier) {
        built.output("label", TensorProto.DataType.INT64, 0);
      }
      ModelProto.Builder model = ModelProto.parseFrom(built.output("y", 0, 2).bytes()).toBuilder();
      model.getOpsetImportBuilder(1).setVersion(version);
      return model.build().toByteArray();
    }

    void assertRead() throws InvalidProtocolBufferException {
      assertThat(OnnxFile.of(file(), "m.onnx").name()).isEqualTo("m.onnx");
    }

    void assertRefused(String... parts) throws InvalidProtocolBufferException {
      byte[] file = file();
      assertThatThrownBy(() -> OnnxFile.of(file, "m.onnx"))
          .isInstanceOf(TouchstoneException.class)
          .hasMessageStartingWith("m.onnx: " + type + " (node model) ")
          .hasMessageContainingAll(parts);
    }
  }

  /** Two classes, one support vector and two: three vectors of two features. */
  private static Node vectors() {
    return new Node(
        "SVMClassifier",
        1,
        attribute("classlabels_ints", new long[] {0, 1}),
        attribute("vectors_per_class", new long[] {1, 2}),
        attribute("coefficients", new float[] {1, -1, -1}),
        attribute("support_vectors", new float[6]),
        attribute("rho", new float[] {.5f}),
        attribute("kernel_params", new float[] {1, 0, 3}),
        text("kernel_type", "RBF"));
  }

  @Test
  void supportVectorsThatBelongTogetherAreRead() throws Exception {
    vectors().assertRead();
    vectors()
        .with(attribute("prob_a", new float[1]))
        .with(attribute("prob_b", new float[1]))
        .assertRead();
  }

  @Test
  void supportVectorsAreCountedByClass() throws Exception {
    vectors()
        .with(attribute("classlabels_ints", new long[] {0, 1, 2}))
        .assertRefused("3 classes", "vectors_per_class = [1, 2]");
    vectors()
        .with(attribute("vectors_per_class", new long[] {4, -1}))
        .assertRefused("[4, -1]", "none is negative");
    vectors()
        .with(attribute("coefficients", new float[2]))
        .assertRefused("2 numbers as coefficients", "3 support vectors take 3");
    vectors().with(attribute("rho", new float[0])).assertRefused("0 numbers as rho", "take 1");
    vectors()
        .with(attribute("prob_a", new float[1]))
        .assertRefused("prob_a and prob_b of other lengths");
    vectors()
        .with(attribute("support_vectors", new float[9]))
        .assertRefused("9 numbers as support_vectors", "3 times 2 features take 6");
    vectors().with(text("kernel_type", "OWN")).assertRefused("kernel_type = \"OWN\"", "RBF");
  }

  @Test
  void aRegressionOfSupportVectorsIsCountedToo() throws Exception {
    Node regression =
        new Node(
            "SVMRegressor",
            1,
            attribute("n_supports", 3),
            attribute("coefficients", new float[3]),
            attribute("support_vectors", new float[6]),
            attribute("rho", new float[1]));
    regression.assertRead();
    regression.with(attribute("n_supports", 2)).assertRefused("3 numbers as coefficients");
    regression.with(attribute("n_supports", -1)).assertRefused("n_supports = -1");
    regression
        .with(attribute("n_supports", 3))
        .without("rho")
        .assertRefused("0 numbers as rho", "at least 1");
  }

  @Test
  void linearModelsHaveARowOfCoefficientsForEachScore() throws Exception {
    Node classifier =
        new Node(
            "LinearClassifier",
            1,
            attribute("classlabels_ints", new long[] {0, 1, 2}),
            attribute("coefficients", new float[6]),
            attribute("intercepts", new float[3]));
    classifier.assertRead();
    classifier
        .with(attribute("coefficients", new float[3]))
        .assertRefused("3 numbers as coefficients", "3 times 2 features take 6");
    classifier
        .with(attribute("classlabels_ints", new long[] {0, 1}))
        .assertRefused("3 intercepts and 2 classes");
    Node regressor =
        new Node(
            "LinearRegressor", 1, attribute("targets", 2), attribute("coefficients", new float[4]));
    regressor.assertRead();
    regressor.with(attribute("targets", 4)).assertRefused("4 times 2 features take 8");
    regressor.with(attribute("targets", 0)).assertRefused("targets = 0");
  }

  /** Two trees of one split each, in the form before version 5. */
  private static Node trees() {
    return new Node(
        "TreeEnsembleClassifier",
        1,
        attribute("nodes_treeids", new long[] {0, 0, 0, 1, 1, 1}),
        attribute("nodes_nodeids", new long[] {0, 1, 2, 0, 1, 2}),
        attribute("nodes_featureids", new long[] {0, 0, 0, 1, 0, 0}),
        attribute("nodes_modes", "BRANCH_LEQ", "LEAF", "LEAF", "BRANCH_LEQ", "LEAF", "LEAF"),
        attribute("nodes_values", new float[6]),
        attribute("nodes_truenodeids", new long[] {1, 0, 0, 1, 0, 0}),
        attribute("nodes_falsenodeids", new long[] {2, 0, 0, 2, 0, 0}),
        attribute("class_treeids", new long[] {0, 0, 1, 1}),
        attribute("class_nodeids", new long[] {1, 2, 1, 2}),
        attribute("class_ids", new long[] {0, 1, 0, 1}),
        attribute("class_weights", new float[4]),
        attribute("classlabels_int64s", new long[] {0, 1}));
  }

  @Test
  void treesThatAreTreesAreRead() throws Exception {
    trees().assertRead();
  }

  @ParameterizedTest
  @CsvSource({
    "nodes_truenodeids, 0;0;0;1;0;0, leads back to itself",
    "nodes_truenodeids, 7;0;0;1;0;0, a branch to nowhere",
    "nodes_nodeids, 0;1;1;0;1;2, has node 1 of tree 0 twice",
    "nodes_nodeids, 0;1;2;0;1, 5 entries in nodes_nodeids and 6 in nodes_treeids",
    "nodes_featureids, 0;0;0;2;0;0, feature 2; and its input has 2",
    "nodes_featureids, 0;0;0;-1;0;0, asks for feature -1",
    "class_ids, 0;1;0;2, has 2 in class_ids; and 2 targets or classes",
    "class_ids, 0;1;0, 4 entries in class_nodeids",
    "class_nodeids, 1;2;1;9, votes at node 9 of tree 1",
    "classlabels_int64s, 0, 1 targets or classes"
  })
  void whatIsNoTreeIsRefused(String list, String values, String expected) throws Exception {
    long[] numbers = List.of(values.split(";")).stream().mapToLong(Long::parseLong).toArray();

    trees().with(attribute(list, numbers)).assertRefused(expected.replace(';', ','));
  }

  @Test
  void nodesHaveModesAndVotesHaveWeights() throws Exception {
    trees()
        .with(attribute("nodes_modes", "LEAF", "LEAF", "LEAF", "OTHER", "LEAF", "LEAF"))
        .assertRefused("nodes_modes \"OTHER\"", "BRANCH_LEQ");
    trees()
        .with(attribute("class_weights", new float[3]))
        .assertRefused("3 entries in class_weights and 4 in class_ids");
    trees().with(attribute("base_values", new float[3])).assertRefused("3 base_values for 2");
  }

  private static AttributeProto tensor(String name, TensorProto.DataType type, long length) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDataType(type.getNumber()).addDims(length);
    for (int i = 0; i < length; i++) {
      if (type == TensorProto.DataType.FLOAT) {
        tensor.addFloatData(0);
      } else {
        tensor.addInt32Data(0);
      }
    }
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.TENSOR)
        .setT(tensor)
        .build();
  }

  /** The form of version 5: a split, of which one side is a split again, and three leaves. */
  private static Node together() {
    return new Node(
        "TreeEnsemble",
        5,
        attribute("n_targets", 2),
        attribute("tree_roots", new long[] {0}),
        attribute("nodes_featureids", new long[] {0, 1}),
        attribute("nodes_truenodeids", new long[] {1, 1}),
        attribute("nodes_trueleafs", new long[] {0, 1}),
        attribute("nodes_falsenodeids", new long[] {0, 2}),
        attribute("nodes_falseleafs", new long[] {1, 1}),
        attribute("leaf_targetids", new long[] {0, 1, 1}),
        tensor("leaf_weights", TensorProto.DataType.FLOAT, 3),
        tensor("nodes_splits", TensorProto.DataType.FLOAT, 2),
        tensor("nodes_modes", TensorProto.DataType.UINT8, 2));
  }

  private static AttributeProto members(Float... values) {
    return AttributeProto.newBuilder()
        .setName("membership_values")
        .setType(AttributeProto.AttributeType.TENSOR)
        .setT(
            TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(values.length)
                .addAllFloatData(List.of(values)))
        .build();
  }

  @Test
  void everyNodeThatAsksForMembershipHasItsList() throws Exception {
    AttributeProto modes =
        AttributeProto.newBuilder()
            .setName("nodes_modes")
            .setType(AttributeProto.AttributeType.TENSOR)
            .setT(
                TensorProto.newBuilder()
                    .setDataType(TensorProto.DataType.UINT8_VALUE)
                    .addDims(2)
                    .addInt32Data(0)
                    .addInt32Data(6))
            .build();
    together().with(modes).with(members(1f, 3f, Float.NaN)).assertRead();
    together()
        .with(modes)
        .with(members(1f, Float.NaN, 3f, Float.NaN))
        .assertRefused("has 1 nodes that ask for membership, and membership_values of 2 lists");
    together()
        .with(modes)
        .with(members(1f, Float.NaN, 3f))
        .assertRefused("membership_values of 1 lists, the last of which has no end");
    together().with(members(1f, Float.NaN)).assertRefused("has 0 nodes that ask for membership");
  }

  @Test
  void treesOfVersionFiveAreCheckedAsWell() throws Exception {
    together().assertRead();
    together()
        .with(attribute("nodes_truenodeids", new long[] {0, 1}))
        .assertRefused("leads back to itself");
    together()
        .with(attribute("nodes_falsenodeids", new long[] {0, 3}))
        .assertRefused("a branch to nowhere");
    together().with(attribute("tree_roots", new long[] {2})).assertRefused("tree_roots = [2]");
    together()
        .with(attribute("leaf_targetids", new long[] {0, 1, 2}))
        .assertRefused("has 2 in leaf_targetids");
    together()
        .with(tensor("leaf_weights", TensorProto.DataType.FLOAT, 2))
        .assertRefused("2 entries in leaf_weights and 3 in leaf_targetids");
  }
}
