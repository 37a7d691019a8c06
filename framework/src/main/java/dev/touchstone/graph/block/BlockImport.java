package dev.touchstone.graph.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.SymbolBlock;
import ai.djl.util.Pair;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.Operator;
import dev.touchstone.graph.operator.OperatorTraits;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a tree of DJL blocks into a {@link Graph}. Sequences and parallel branches are taken apart;
 * every other block becomes one node, named by its path in the tree.
 */
final class BlockImport {
  /** DJL's names of a batch norm's parameters, and what ONNX files and PyTorch call them. */
  private static final Map<String, String> USUAL_NAMES =
      Map.of(
          "gamma", "weight",
          "beta", "bias",
          "runningMean", "running_mean",
          "runningVar", "running_var");

  private final String model;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Constant> constants = new LinkedHashMap<>();

  /** By identity: a block that stands in the tree twice has its weights once. */
  private final Map<Parameter, String> named = new IdentityHashMap<>();

  private BlockImport(String model) {
    this.model = model;
  }

  /**
   * Reads a block tree.
   *
   * @param model what to call it in messages
   * @param exampleShape the shape of one example; empty to take what the block was initialised with
   * @throws TouchstoneException if the block has no weights yet or is another format's
   */
  static Graph read(Block block, String model, int... exampleShape) {
    if (!block.isInitialized()) {
      throw new TouchstoneException(
          model
              + " is a block without weights; load its parameters, or train it, before it is"
              + " tested");
    }
    BlockImport reading = new BlockImport(model);
    String input = "input";
    String output = reading.walk(block, "", input);
    if (reading.nodes.isEmpty()) {
      throw new TouchstoneException(model + " is a block that computes nothing");
    }
    return new Graph(input, shape(block, exampleShape), output, reading.nodes, reading.constants);
  }

  private static int[] shape(Block block, int[] exampleShape) {
    int[] one =
        exampleShape.length > 0
            ? exampleShape
            : Arrays.stream(block.getInputShapes()[0].getShape())
                .skip(1)
                .mapToInt(Math::toIntExact)
                .toArray();
    int[] shape = new int[one.length + 1];
    shape[0] = -1;
    System.arraycopy(one, 0, shape, 1, one.length);
    return shape;
  }

  /** Adds a block's nodes; returns the name of the value that it makes. */
  private String walk(Block block, String path, String input) {
    if (block instanceof SequentialBlock sequence
        && !sequence.isReturnIntermediate()
        && computesAs(SequentialBlock.class, block)) {
      String value = input;
      for (Pair<String, Block> child : block.getChildren()) {
        value = walk(child.getValue(), join(path, child.getKey()), value);
      }
      return value;
    }
    if (block instanceof ParallelBlock parallel && computesAs(ParallelBlock.class, block)) {
      Optional<ParallelJoin> join = ParallelJoin.of(parallel, path);
      if (join.isPresent()) {
        List<String> branches = new ArrayList<>();
        for (Pair<String, Block> child : block.getChildren()) {
          branches.add(walk(child.getValue(), join(path, child.getKey()), input));
        }
        return add(
            path.isEmpty() ? "join" : path,
            OperatorTraits.JOIN,
            join.get(),
            BlockDescription.ofComputing(join.get().function(), List.of()),
            branches);
      }
    }
    return leaf(block, path.isEmpty() ? block.getClass().getSimpleName() : path, input);
  }

  private static String join(String path, String child) {
    return path.isEmpty() ? child : path + "." + child;
  }

  /** Whether no subclass has replaced what {@code base} computes. */
  private static boolean computesAs(Class<? extends Block> base, Block block) {
    for (Class<?> type = block.getClass(); type != base; type = type.getSuperclass()) {
      if (Arrays.stream(type.getDeclaredMethods())
          .anyMatch(method -> method.getName().equals("forwardInternal"))) {
        return false;
      }
    }
    return true;
  }

  private String leaf(Block block, String path, String input) {
    refuseSymbols(block);
    List<String> inputs = new ArrayList<>(List.of(input));
    List<Parameter> parameters = new ArrayList<>();
    for (Pair<String, Parameter> parameter : block.getParameters()) {
      parameters.add(parameter.getValue());
      inputs.add(weight(parameter.getValue(), path, parameter.getKey()));
    }
    return add(
        path,
        BlockTypes.of(block),
        new BlockOperator(block, parameters, path),
        BlockDescription.ofComputing(block, parameters),
        inputs);
  }

  /** A block that another engine's file defines computes with the weights inside that file. */
  private void refuseSymbols(Block block) {
    if (block instanceof SymbolBlock) {
      throw new TouchstoneException(
          model
              + " holds a "
              + block.getClass().getSimpleName()
              + ", whose inside DJL cannot show; give the file itself to Models.torchScript or"
              + " Models.onnx");
    }
    block.getChildren().values().forEach(this::refuseSymbols);
  }

  private String weight(Parameter parameter, String path, String name) {
    return named.computeIfAbsent(
        parameter,
        key -> {
          String full = path + "." + USUAL_NAMES.getOrDefault(name, name);
          constants.put(full, constant(parameter.getArray()));
          return full;
        });
  }

  private static Constant constant(NDArray array) {
    long[] shape = array.getShape().getShape();
    DataType wanted = array.getDataType().isFloating() ? DataType.FLOAT32 : DataType.INT64;
    NDArray values = array.toType(wanted, false);
    try {
      return wanted == DataType.FLOAT32
          ? Constant.of(values.toFloatArray(), shape)
          : Constant.of(values.toLongArray(), shape);
    } finally {
      if (values != array) {
        values.close();
      }
    }
  }

  private String add(
      String name,
      String type,
      Operator operator,
      BlockDescription description,
      List<String> inputs) {
    String output = name + ".output";
    nodes.add(new Node(name, type, operator, description.definition(), inputs, output));
    return output;
  }
}
