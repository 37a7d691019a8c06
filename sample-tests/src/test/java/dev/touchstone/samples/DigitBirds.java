package dev.touchstone.samples;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.guiding.repair.AnnotatedConcepts;
import dev.touchstone.guiding.repair.GuidedErasure;
import dev.touchstone.guiding.repair.RepairTask;
import dev.touchstone.guiding.repair.RepairedModel;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;

/**
 * Round digits and angular ones, on stripes that run across ("water") or down ("land"). In training
 * 95 of 100 round ones were on water, and the network looks at the water.
 */
public final class DigitBirds {
  /** Every kind on either background. */
  public static final String GROUPS = "bird & background";

  private DigitBirds() {}

  /** The network as it was trained, or another one in its place. */
  public static Classifier model(String file) {
    return Models.onnx(file).normalising(new double[] {0.25}, new double[] {0.5}).emittingLogits();
  }

  public static Classifier model() {
    return model("classpath:models/digit-birds.onnx");
  }

  public static Dataset test() {
    return read("test");
  }

  static Dataset train() {
    return read("train");
  }

  /** A hundred examples whose labels somebody has looked at. */
  static AuditSet audit() {
    return AuditSet.of(read("audit"));
  }

  /** Every digit on both backgrounds, so that these have nothing to do with its kind. */
  static AnnotatedConcepts concepts(String... names) {
    return AnnotatedConcepts.ofColumns(read("concepts"), names);
  }

  private static Dataset read(String part) {
    return Datasets.npz("classpath:data/digitbirds/%s.npz".formatted(part))
        .features("x")
        .label("bird", "angular", "round")
        .id("id")
        .groups(
            part.equals("concepts")
                ? new String[] {"background", "loop above", "diagonal"}
                : new String[] {"bird", "background"})
        .load()
        .scaledBy(1 / 255.0);
  }

  /** The network without a concept that should not matter. */
  public static RepairedModel repairedWithout(String concept) {
    return repairedWithout(concept, GuidedErasure.withDefaults());
  }

  public static RepairedModel repairedWithout(String concept, GuidedErasure repair) {
    return repair.repair(
        RepairTask.of(model(), train(), audit(), concepts(concept), concept), RunContext.current());
  }
}
