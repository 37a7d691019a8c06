package dev.touchstone.guiding.repair;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.onnx.LastLayer;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.Path;

/** A model with another last layer, in memory or as an ONNX file. Immutable. */
public final class RepairedModel {
  /** By how much a probability of the file's may differ besides what the layer's rounding does. */
  private static final double ROUNDING = 1e-4;

  /** By more, whatever rounds, the file is another model. */
  private static final double MOST_ROUNDING = 0.01;

  /** Half a unit of single precision. */
  private static final double HALF_UNIT = Math.ulp(1f) / 2;

  private final RepairTask task;
  private final LinearLayer layer;
  private final String how;

  private RepairedModel(RepairTask task, LinearLayer layer, String how) {
    this.task = task;
    this.layer = layer;
    this.how = how;
  }

  static RepairedModel of(RepairTask task, LinearLayer layer, String how) {
    return new RepairedModel(task, layer, how);
  }

  /** Returns the model as it was. */
  public Classifier original() {
    return task.model();
  }

  /**
   * Returns the repaired last layer: d × k weights of what the original shows, and k intercepts.
   */
  public LinearLayer layer() {
    return layer;
  }

  /** Returns how it was repaired. */
  public String how() {
    return how;
  }

  /**
   * Returns the repaired model in memory: what the original's last layer sees, through the repaired
   * layer in double precision. It emits logits, whatever the original does, decides where the
   * original does, and lives as long as it.
   */
  public Classifier model() {
    return new RepairedClassifier(task.model(), layer, how, task.ignored(), task.decidedAt());
  }

  /**
   * Writes the original's ONNX file with the repaired layer in the place of its last one, asks it
   * about the audit set, and returns it with all that is declared of the original. Nothing but that
   * layer's weights differs (a layer without a bias gets one).
   *
   * @param file ending in {@code .onnx}; one that is there is replaced, but not the original
   * @throws TouchstoneException if the original is no ONNX file, does not end in a linear layer
   *     that can be replaced, or if the file answers otherwise than the repaired model in memory by
   *     more than rounding: then none is left
   */
  public Classifier writeTo(Path file, RunContext context) {
    return RepairedFile.of(task.model(), layer)
        .write(
            file,
            this::repaired,
            path -> Models.withFile(task.model(), path),
            written -> requireSameAnswers(written, context),
            context);
  }

  private byte[] repaired(OnnxFile file) {
    LastLayer last = LastLayer.of(file);
    int outputs = last.outputs(layer.features());
    LinearLayer written = layer;
    if (outputs == 1 && layer.outputs() == 2) {
      written = layer.ofMargin();
    } else if (last.endsInSigmoid() && outputs == 2 && layer.outputs() == 2) {
      written = bothSides(layer.ofMargin());
    } else if (last.endsInSigmoid()) {
      throw new TouchstoneException(
          "%s ends in a sigmoid of each of its %d scores, so that each is a label of its own; repair a model of one decision"
              .formatted(file.name(), outputs));
    }
    return RepairedFile.bytes(last, written);
  }

  private static LinearLayer bothSides(LinearLayer margin) {
    Matrix slopes = Matrix.zeros(margin.features(), 2);
    for (int j = 0; j < margin.features(); j++) {
      slopes.set(j, 0, -margin.slopes().get(j, 0));
      slopes.set(j, 1, margin.slopes().get(j, 0));
    }
    double intercept = margin.intercepts()[0];
    return new LinearLayer(slopes, new double[] {-intercept, intercept});
  }

  private void requireSameAnswers(Classifier written, RunContext context) {
    Dataset data = task.audit().data();
    long budget = context.settings().memoryBytes();
    Predictions inFile = CheckedAnswers.ofSome(written, data, budget);
    Predictions inMemory = CheckedAnswers.ofSome(model(), data, budget);
    Matrix shown = Represented.by(task.model(), "writeTo", context).of(data);
    for (int i = 0; i < data.size(); i++) {
      double change = inMemory.change(i, inFile, i);
      double rounding = layer.rounding(shown.row(i), HALF_UNIT);
      if (!(change <= ROUNDING + rounding)) {
        throw new TouchstoneException(
            "the repaired file of %s answers otherwise than the repaired model in memory, by a probability of %s at example %s; its scores are not the last layer's alone, or what the layer sees is computed in another precision. Export the model with the softmax behind its last layer and nothing between them, in single precision"
                .formatted(task.model().name(), change, data.id(i)));
      }
      if (change > MOST_ROUNDING) {
        throw new TouchstoneException(
            "the repaired file of %s rounds its scores by up to %s at example %s, so that a probability differs by %s from the repaired model in memory: what its last layer sees lies far from 0 beside how much it varies. Let the model standardise it in front of that layer"
                .formatted(task.model().name(), rounding, data.id(i), change));
      }
    }
  }

  @Override
  public String toString() {
    return "%s, %s, without %s".formatted(task.model().name(), how, task.ignored());
  }
}
