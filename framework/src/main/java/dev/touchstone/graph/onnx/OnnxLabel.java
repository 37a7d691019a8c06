package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The output in which a file itself names the class that it predicts, and which classes it states,
 * in the order of its scores.
 *
 * <p>Exporters write it in two ways: as the first output of a classifier of {@code ai.onnx.ml},
 * whose attributes state the classes, or as the position of the largest score ({@code ArgMax}), by
 * which a class is picked from a list. An output that is made in another way, or not of the same
 * classification as the scores, is none: what its values mean is not guessed.
 *
 * @param output its name
 * @param classes as the file calls them, in the order of the scores; empty where the output is the
 *     position itself
 * @param largestOf the value whose largest number it names; empty where a classifier decides by
 *     something else
 */
public record OnnxLabel(String output, List<String> classes, String largestOf) {
  private static final Set<String> CLASSIFIERS =
      Set.of("LinearClassifier", "SVMClassifier", "TreeEnsembleClassifier");

  private static final Set<Integer> TYPES =
      Set.of(
          TensorProto.DataType.INT64_VALUE,
          TensorProto.DataType.INT32_VALUE,
          TensorProto.DataType.STRING_VALUE);

  /** Copies the list. */
  public OnnxLabel {
    classes = List.copyOf(classes);
  }

  /**
   * Finds it.
   *
   * @param scores the name of the output that holds scores
   * @return empty for a file without one
   */
  static Optional<OnnxLabel> of(GraphProto graph, String scores) {
    return new Search(graph, scores).label();
  }

  /**
   * Returns the position, among the scores, of a class that the output names.
   *
   * @return empty for a class that the file does not state
   */
  public Optional<Integer> column(String named) {
    int position = classes.isEmpty() ? position(named) : classes.indexOf(named);
    return position < 0 ? Optional.empty() : Optional.of(position);
  }

  private static int position(String named) {
    try {
      return Integer.parseInt(named);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** Follows an output back to what decides it. */
  private static final class Search {
    private final GraphProto graph;
    private final String scores;
    private final NodeMakers makers;
    private final Set<String> behindScores;

    Search(GraphProto graph, String scores) {
      this.graph = graph;
      this.scores = scores;
      this.makers = new NodeMakers(graph);
      this.behindScores = behind(scores);
    }

    Optional<OnnxLabel> label() {
      for (ValueInfoProto output : graph.getOutputList()) {
        if (!output.getName().equals(scores)
            && output.getType().hasTensorType()
            && TYPES.contains(output.getType().getTensorType().getElemType())) {
          OnnxLabel label = label(output.getName());
          if (label != null) {
            return Optional.of(label);
          }
        }
      }
      return Optional.empty();
    }

    /** What a value is as a label; null if it is something else. */
    private @Nullable OnnxLabel label(String value) {
      NodeProto maker = makers.behind(value);
      if (maker == null || maker.getInputCount() == 0) {
        return null;
      }
      if (CLASSIFIERS.contains(maker.getOpType())) {
        boolean same = maker.getOutputList().stream().anyMatch(behindScores::contains);
        List<String> stated = stated(maker);
        // By its scores, before it makes probabilities of them.
        boolean largest = maker.getOpType().equals("LinearClassifier");
        return same && !stated.isEmpty()
            ? new OnnxLabel(value, stated, largest ? maker.getOutput(1) : "")
            : null;
      }
      if (maker.getOpType().equals("ArgMax")) {
        return isOfTheScores(maker) ? new OnnxLabel(value, List.of(), maker.getInput(0)) : null;
      }
      boolean picks =
          maker.getOpType().equals("ArrayFeatureExtractor") || maker.getOpType().equals("Gather");
      if (!picks || maker.getInputCount() != 2) {
        return null;
      }
      NodeProto chooser = makers.behind(maker.getInput(1));
      List<String> list = list(maker.getInput(0));
      if (chooser == null || !chooser.getOpType().equals("ArgMax") || !isOfTheScores(chooser)) {
        return null;
      }
      return list != null && !list.isEmpty()
          ? new OnnxLabel(value, list, chooser.getInput(0))
          : null;
    }

    /** Whether the largest is looked for among the scores, what they are made of, or made into. */
    private boolean isOfTheScores(NodeProto argMax) {
      long axis = 0;
      for (AttributeProto attribute : argMax.getAttributeList()) {
        axis = attribute.getName().equals("axis") ? attribute.getI() : axis;
      }
      String among = argMax.getInputCount() == 0 ? "" : argMax.getInput(0);
      return (axis == 1 || axis == -1)
          && (behindScores.contains(among) || behind(among).contains(scores));
    }

    /** A value and all that it is made of. */
    private Set<String> behind(String value) {
      Set<String> found = new HashSet<>();
      Deque<String> open = new ArrayDeque<>(List.of(value));
      while (!open.isEmpty()) {
        String next = open.pop();
        NodeProto maker = found.add(next) ? makers.of(next) : null;
        if (maker != null) {
          maker.getInputList().forEach(open::push);
        }
      }
      return found;
    }

    private static List<String> stated(NodeProto classifier) {
      List<String> classes = new ArrayList<>();
      for (AttributeProto attribute : classifier.getAttributeList()) {
        if (attribute.getName().startsWith("classlabels_")) {
          attribute.getIntsList().forEach(label -> classes.add(label.toString()));
          attribute.getStringsList().forEach(label -> classes.add(label.toStringUtf8()));
        }
      }
      return classes;
    }

    private @Nullable List<String> list(String name) {
      for (TensorProto tensor : graph.getInitializerList()) {
        if (tensor.getName().equals(name)) {
          return values(tensor);
        }
      }
      return null;
    }

    /** The classes in words; none for a list that is no list of classes, or lies elsewhere. */
    private static List<String> values(TensorProto tensor) {
      return switch (tensor.getDataType()) {
        case TensorProto.DataType.STRING_VALUE ->
            tensor.getStringDataList().stream().map(ByteString::toStringUtf8).toList();
        case TensorProto.DataType.INT64_VALUE, TensorProto.DataType.INT32_VALUE ->
            tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
                ? List.of()
                : Arrays.stream(numbers(tensor)).mapToObj(Long::toString).toList();
        default -> List.of();
      };
    }

    private static long[] numbers(TensorProto tensor) {
      String name = tensor.getName();
      return OnnxTensors.read(tensor, name, new ExternalData(null, name)).longs();
    }
  }
}
