package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.graph.block.BlockDescription;
import dev.touchstone.graph.operator.Attributes;
import dev.touchstone.graph.operator.ChannelsToTheEnd;
import dev.touchstone.graph.operator.Definition;
import dev.touchstone.graph.operator.FlatColumn;
import dev.touchstone.graph.operator.InputNormalisation;
import dev.touchstone.graph.operator.OnnxOperators;
import dev.touchstone.graph.operator.Operator;
import dev.touchstone.graph.operator.ScoreColumn;
import dev.touchstone.runtime.TouchstoneException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every operator that the white box knows, with every attribute of the standard at several values,
 * in several versions: what the operators hold is read by reflection, and has to show in what
 * defines them.
 */
class OperatorDefinitionTest {
  private static final ExternalData NO_FOLDER = new ExternalData(null, "definitions");
  private static final Attributes.TensorReader TENSORS =
      (tensor, name) -> OnnxTensors.read(tensor, name, NO_FOLDER);
  private static final long[] OPSETS = {6, 12, 18};

  /** Made of DJL blocks, or before the first node: their definitions have tests of their own. */
  private static final Set<Class<?>> NOT_FROM_ONNX =
      Set.of(InputNormalisation.class, ChannelsToTheEnd.class, FlatColumn.class, ScoreColumn.class);

  private static final Map<String, List<AttributeProto>> VALUES = values();

  /** An operator as it was read, what defines it, and what it holds. */
  private record Read(String type, Operator operator, Definition definition, String held) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Read that
          && type.equals(that.type)
          && definition.equals(that.definition)
          && held.equals(that.held);
    }

    @Override
    public int hashCode() {
      return definition.hashCode();
    }
  }

  private static final Set<Read> ALL = new LinkedHashSet<>();

  private static final Map<Operator, String> HELD = new IdentityHashMap<>();

  /** The standard's attributes, each at values that differ from one another and from defaults. */
  private static Map<String, List<AttributeProto>> values() {
    Map<String, List<AttributeProto>> values = new LinkedHashMap<>();
    long[][] lists = {{1, 1}, {2, 2}, {1, 2}, {1, 0}, {1, 1, 1, 1}};
    for (String name :
        List.of(
            "strides",
            "dilations",
            "pads",
            "kernel_shape",
            "axes",
            "perm",
            "output_padding",
            "output_shape",
            "split",
            "starts",
            "ends",
            "steps")) {
      add(values, name, Arrays.stream(lists).map(list -> OnnxBuilder.attribute(name, list)));
    }
    for (String name :
        List.of(
            "allowzero",
            "antialias",
            "axis",
            "batch_dims",
            "blocksize",
            "broadcast",
            "ceil_mode",
            "count_include_pad",
            "end",
            "exclude_outside",
            "exclusive",
            "group",
            "interleaved",
            "is_causal",
            "k",
            "keepdims",
            "kv_num_heads",
            "largest",
            "layout",
            "left_window_size",
            "noop_with_empty_axes",
            "num_groups",
            "num_heads",
            "num_outputs",
            "q_num_heads",
            "reverse",
            "right_window_size",
            "rotary_embedding_dim",
            "select_last_index",
            "size",
            "start",
            "storage_order",
            "to",
            "training_mode",
            "transA",
            "transB",
            "upper")) {
      add(values, name, Stream.of(0L, 1L, 2L, 3L, 7L, 9L, 10L).map(i -> attribute(name, i)));
    }
    for (String name :
        List.of(
            "alpha",
            "beta",
            "bias",
            "epsilon",
            "gamma",
            "max",
            "min",
            "momentum",
            "scale",
            "softcap",
            "value")) {
      add(values, name, Stream.of(.125f, .75f).map(x -> OnnxBuilder.attribute(name, x)));
    }
    add(
        values,
        "scales",
        Stream.of(new float[] {2, 2}, new float[] {3, 3})
            .map(x -> OnnxBuilder.attribute("scales", x)));
    add(values, "value", Stream.of(tensor(1), tensor(2)));
    Map<String, List<String>> texts =
        Map.of(
            "auto_pad", List.of("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"),
            "mode", List.of("CRD", "edge", "linear", "reflect", "wrap", "nearest", "constant"),
            "norm", List.of("MAX", "L1", "L2"),
            "approximate", List.of("none", "tanh"),
            "direction", List.of("forward", "reverse", "bidirectional"),
            "equation", List.of("ij,jk->ik", "ij,kj->ki"),
            "coordinate_transformation_mode",
                List.of("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"),
            "nearest_mode", List.of("floor", "round_prefer_floor"));
    texts.forEach(
        (name, all) -> add(values, name, all.stream().map(t -> OnnxBuilder.text(name, t))));
    return values;
  }

  private static void add(
      Map<String, List<AttributeProto>> values, String name, Stream<AttributeProto> more) {
    more.forEach(values.computeIfAbsent(name, key -> new ArrayList<>())::add);
  }

  private static AttributeProto attribute(String name, long value) {
    return OnnxBuilder.attribute(name, value);
  }

  private static AttributeProto tensor(float value) {
    return AttributeProto.newBuilder()
        .setName("value")
        .setType(AttributeProto.AttributeType.TENSOR)
        .setT(
            TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(1)
                .addFloatData(value))
        .build();
  }

  @BeforeAll
  static void readAllOperators() {
    for (String name : OnnxOperators.names()) {
      for (long opset : OPSETS) {
        if (isRead(name, opset)) {
          readWithPairs(name, opset);
        } else {
          // It needs an attribute: the others stand beside that one.
          AttributeProto[] needed =
              everyValue()
                  .filter(attribute -> isRead(name, opset, attribute))
                  .toArray(AttributeProto[]::new);
          Arrays.stream(needed).limit(2).forEach(one -> readWithPairs(name, opset, one));
        }
      }
    }
  }

  private static boolean isRead(String name, long opset, AttributeProto... attributes) {
    return !read(name, opset, 2, attributes).isEmpty();
  }

  /** What one attribute changes, or makes possible, is combined with others of its kind. */
  private static void readWithPairs(String name, long opset, AttributeProto... needed) {
    List<AttributeProto> telling = new ArrayList<>();
    String plain = held(read(name, opset, 2, needed));
    read(name, opset, 3, needed);
    for (List<AttributeProto> values : VALUES.values()) {
      for (int i = 0; i < values.size(); i++) {
        AttributeProto one = values.get(i);
        if (!held(read(name, opset, 2, and(needed, one))).equals(plain)) {
          telling.add(one);
        } else if (i == 2 && telling.stream().noneMatch(t -> t.getName().equals(one.getName()))) {
          // The operator does not look at it.
          break;
        }
      }
    }
    for (AttributeProto one : telling) {
      for (AttributeProto other : telling) {
        if (one.getName().compareTo(other.getName()) < 0
            && isAmongFirst(one)
            && isAmongFirst(other)) {
          read(name, opset, 2, and(needed, one, other));
        }
      }
    }
  }

  /** Two values are enough to tell two operators apart; texts choose what else is looked at. */
  private static boolean isAmongFirst(AttributeProto value) {
    return value.getType() == AttributeProto.AttributeType.STRING
        || VALUES.get(value.getName()).indexOf(value) < 2;
  }

  private static AttributeProto[] and(AttributeProto[] needed, AttributeProto... more) {
    return Stream.concat(Arrays.stream(needed), Arrays.stream(more)).toArray(AttributeProto[]::new);
  }

  private static Stream<AttributeProto> everyValue() {
    return VALUES.values().stream().flatMap(List::stream);
  }

  private static String held(List<Read> read) {
    return read.stream().map(Read::held).toList().toString();
  }

  /** The operator's outputs; none if the white box refuses it. */
  private static List<Read> read(
      String name, long opset, int outputs, AttributeProto... attributes) {
    int colon = name.lastIndexOf(':');
    String domain = colon < 0 ? "" : name.substring(0, colon);
    NodeProto node =
        NodeProto.newBuilder()
            .setOpType(name.substring(colon + 1))
            .addAllAttribute(List.of(attributes))
            .addAllOutput(List.of("x", "y", "z").subList(0, outputs))
            .build();
    Attributes asked = new Attributes(node, TENSORS);
    try {
      List<Operator> operators = OnnxOperators.read(domain, asked, opset);
      List<Read> read = new ArrayList<>();
      for (int i = 0; i < operators.size(); i++) {
        read.add(
            new Read(
                name + " of " + opset,
                operators.get(i),
                asked.definition(domain, opset, i),
                held(operators.get(i))));
      }
      ALL.addAll(read);
      return read;
    } catch (TouchstoneException e) {
      return List.of();
    }
  }

  /** The values of all fields, and the classes of all lambdas, of an operator. */
  private static String held(Operator operator) {
    // Operators without settings are one object each.
    return HELD.computeIfAbsent(operator, OperatorDefinitionTest::described);
  }

  private static String described(Object operator) {
    BlockDescription description = BlockDescription.ofComputing(operator, List.of());
    return description.text() + description.code();
  }

  @Test
  void operatorsThatHoldOtherSettingsAreDefinedOtherwise() {
    Map<String, String> heldBy = new HashMap<>();
    for (Read read : ALL) {
      String before = heldBy.putIfAbsent(read.definition().sha256(), read.type() + read.held());
      if (before != null) {
        assertThat(read.type() + read.held()).isEqualTo(before);
      }
    }
    assertThat(heldBy).hasSizeGreaterThan(2_000);
  }

  /** So that a new operator's setting cannot be missed: the values above have to reach it. */
  @Test
  void everyComponentOfEveryOperatorWasSeenAtSeveralValues() throws Exception {
    List<Class<?>> operators = operatorRecords();
    assertThat(operators).hasSizeGreaterThan(30);
    Set<String> constant = new TreeSet<>();
    for (Class<?> type : operators) {
      for (Method component :
          Arrays.stream(type.getRecordComponents()).map(c -> c.getAccessor()).toList()) {
        component.setAccessible(true);
        long values =
            ALL.stream()
                .map(Read::operator)
                .filter(type::isInstance)
                .map(operator -> described(valueOf(component, operator)))
                .distinct()
                .limit(2)
                .count();
        if (values < 2) {
          constant.add(type.getSimpleName() + "." + component.getName());
        }
      }
    }
    assertThat(constant).isEmpty();
  }

  /** The operators among the classes that lie beside their interface. */
  private static List<Class<?>> operatorRecords() throws Exception {
    URL self = Operator.class.getResource("Operator.class");
    try (Stream<Path> files = Files.list(Path.of(self.toURI()).resolveSibling("."))) {
      List<Class<?>> records = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        Class<?> type = Class.forName(Operator.class.getPackageName() + "." + name);
        if (Operator.class.isAssignableFrom(type) && type.isRecord()) {
          records.add(type);
        }
      }
      records.removeAll(NOT_FROM_ONNX);
      return records;
    }
  }

  private static Object valueOf(Method component, Object operator) {
    try {
      // A component that may be null is a value like any other.
      return List.of(
          String.valueOf(component.invoke(operator) == null), nonNull(component, operator));
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new AssertionError(e);
    }
  }

  private static Object nonNull(Method component, Object operator)
      throws IllegalAccessException, InvocationTargetException {
    Object value = component.invoke(operator);
    return value == null ? "none" : value;
  }

  @Test
  void lambdasThatCaptureANumberWereSeenAtSeveralOfThem() {
    for (String type :
        List.of("Celu", "Elu", "HardSigmoid", "LeakyRelu", "Selu", "Swish", "ThresholdedRelu")) {
      assertThat(
              ALL.stream()
                  .filter(read -> read.type().equals(type + " of 18"))
                  .map(Read::held)
                  .distinct())
          .as(type)
          .hasSizeGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void operatorsThatAreReadAgainAreDefinedAlike() {
    for (String name : OnnxOperators.names()) {
      assertThat(read(name, 18, 2).stream().map(Read::definition))
          .as(name)
          .isEqualTo(read(name, 18, 2).stream().map(Read::definition).toList());
    }
  }

  @Test
  void aDefaultThatIsWrittenOutDefinesTheSame() {
    assertThat(read("Softmax", 18, 1, attribute("axis", -1)).get(0).definition().sha256())
        .isEqualTo(read("Softmax", 18, 1).get(0).definition().sha256());
  }

  @Test
  void nothingCanBeAskedAfterTheOperatorWasDefined() {
    Attributes attributes =
        new Attributes(NodeProto.newBuilder().setOpType("Elu").build(), TENSORS);
    attributes.definition("", 18, 0);
    assertThatThrownBy(() -> attributes.number("alpha", 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Elu was asked for alpha after what defines it was noted");
  }
}
