package dev.touchstone.concept;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.graph.Activations;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Where concepts are looked for. */
final class Taps {
  private Taps() {}

  /**
   * A model's white box, of any number of examples at once where it can be.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if it has none
   */
  static WhiteBox boxOf(Model model) {
    WhiteBox box =
        model.require(
            WhiteBox.class,
            "a concept activation vector",
            "give the model as ONNX with operators that the white box knows, or as DJL blocks");
    return box.withFreeBatch().orElse(box);
  }

  /**
   * A tap whose values are as many whatever the example.
   *
   * @throws IllegalArgumentException if there is no such node; the message names the nearest
   */
  static Tap fixed(WhiteBox box, String node) {
    Tap tap = box.tap(node);
    if (Arrays.stream(tap.shape()).skip(1).anyMatch(length -> length < 1)) {
      throw new TouchstoneException(
          "the value at %s follows the examples' length, and a concept's vector has one; take a node behind which it does not, such as the pooled value"
              .formatted(tap));
    }
    return tap;
  }

  /** What is done with the numbers of an example at a tap. */
  interface RowVisitor {
    void visit(int example, double[] row);
  }

  /** Reads the values of examples at a tap, in portions inside the memory budget. */
  static void values(WhiteBox box, Tap tap, Dataset data, RunContext context, RowVisitor visitor) {
    int atOnce = box.batchSize(context.settings().memoryBytes(), false, data.inputs(0, 1));
    for (int from = 0; from < data.size(); from += atOnce) {
      Inputs portion = data.inputs(from, Math.min(data.size(), from + atOnce));
      visit(box, box.values(portion, List.of(tap)), portion, from, visitor);
    }
  }

  /** Reads the gradients of a quantity at a tap, in portions inside the memory budget. */
  static void gradients(
      WhiteBox box,
      Tap tap,
      Dataset data,
      Quantity quantity,
      RunContext context,
      RowVisitor visitor) {
    int atOnce = box.batchSize(context.settings().memoryBytes(), true, data.inputs(0, 1));
    for (int from = 0; from < data.size(); from += atOnce) {
      int to = Math.min(data.size(), from + atOnce);
      Inputs portion = data.inputs(from, to);
      Quantity ofPortion = quantity.ofRows(IntStream.range(from, to).toArray());
      visit(
          box,
          box.gradients(portion, ofPortion, List.of(tap), BackwardRules.derivatives()),
          portion,
          from,
          visitor);
    }
  }

  private static void visit(
      WhiteBox box, Map<Tap, Activations> ofOneTap, Inputs portion, int from, RowVisitor visitor) {
    Activations found = ofOneTap.values().iterator().next();
    double[][] rows = CheckedAnswers.innerRows(box.name(), found, portion);
    for (int i = 0; i < rows.length; i++) {
      visitor.visit(from + i, rows[i]);
    }
  }
}
