package dev.touchstone.check.shift;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.graph.Activations;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Representation;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.List;

/**
 * What a network holds of examples: what its last layer sees, or the output of a named node, of
 * which each channel is averaged over its places (Lee et al. 2018, section 2.2).
 *
 * @param node empty for what the last layer sees
 */
record InnerValues(String node) {
  static final InnerValues OF_LAST_LAYER = new InnerValues("");

  String describe() {
    return node.isEmpty() ? "what the last layer sees" : node;
  }

  /** Refuses a model that does not show them. */
  void require(Classifier model, String who) {
    if (node.isEmpty()) {
      model.require(
          Representation.class,
          who,
          "name a node with at(\"…\"), or give a model that ends in a linear layer");
    } else {
      boxOf(model, who).tap(node);
    }
  }

  private static WhiteBox boxOf(Classifier model, String who) {
    WhiteBox box =
        model.require(
            WhiteBox.class,
            who + " at a node",
            "give the model as ONNX with operators that the white box knows, or as DJL blocks");
    return box.withFreeBatch().orElse(box);
  }

  /** Reads them, in portions inside the memory budget: n × d. */
  double[][] of(Classifier model, Dataset data, String who, RunContext context) {
    long memory = context.settings().memoryBytes();
    double[][] all = new double[data.size()][];
    if (node.isEmpty()) {
      Representation representation = model.require(Representation.class, who, "");
      int atOnce = model.batchSize(memory);
      for (int from = 0; from < all.length; from += atOnce) {
        int to = Math.min(all.length, from + atOnce);
        double[][] rows = CheckedAnswers.representation(representation, data.batch(from, to));
        System.arraycopy(rows, 0, all, from, rows.length);
      }
      return all;
    }
    WhiteBox box = boxOf(model, who);
    Tap tap = box.tap(node);
    int atOnce = box.batchSize(memory, false, data.inputs(0, 1));
    for (int from = 0; from < all.length; from += atOnce) {
      Inputs portion = data.inputs(from, Math.min(all.length, from + atOnce));
      Activations inside = box.values(portion, List.of(tap)).values().iterator().next();
      double[][] rows = CheckedAnswers.innerRows(box.name(), inside, portion);
      int channels = inside.shape().length > 2 ? inside.shape()[1] : rows[0].length;
      for (int i = 0; i < rows.length; i++) {
        all[from + i] = averaged(rows[i], channels);
      }
    }
    return all;
  }

  /** One number a channel. */
  private static double[] averaged(double[] row, int channels) {
    int places = row.length / channels;
    if (places == 1) {
      return row;
    }
    double[] means = new double[channels];
    for (int c = 0; c < channels; c++) {
      means[c] = Arrays.stream(row, c * places, (c + 1) * places).sum() / places;
    }
    return means;
  }
}
