package dev.touchstone.samples;

import dev.touchstone.data.Annotations;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.guiding.repair.AnnotatedConcepts;
import dev.touchstone.guiding.repair.CarvedModel;
import dev.touchstone.guiding.repair.Carving;
import dev.touchstone.guiding.repair.GuidedErasure;
import dev.touchstone.guiding.repair.RepairTask;
import dev.touchstone.guiding.repair.RepairedModel;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.List;

/**
 * Round digits and angular ones, on stripes that run across ("water") or down ("land"). In training
 * 95 of 100 round ones were on water, and the network looks at the water.
 */
public final class DigitBirds {
  /** Every kind on either background. */
  public static final String GROUPS = "bird & background";

  private static final String[] STROKES = {
    "segment a",
    "segment b",
    "segment c",
    "segment d",
    "segment e",
    "segment f",
    "segment g",
    "loop above",
    "loop below",
    "one big loop",
    "diagonal",
    "upright",
    "background"
  };

  private static final int HALF = 150;

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

  public static Dataset train() {
    return read("train");
  }

  /** A hundred examples whose labels somebody has looked at. */
  static AuditSet audit() {
    return AuditSet.of(read("audit"));
  }

  /** Every digit on both backgrounds, so that these have nothing to do with its kind. */
  static AnnotatedConcepts concepts(String... names) {
    return annotated(read("concepts"), names);
  }

  /** Strokes stand in their columns as numbers, the background as a word. */
  private static AnnotatedConcepts annotated(Dataset data, String... concepts) {
    return AnnotatedConcepts.ofColumns(
        data,
        Arrays.stream(concepts)
            .map(concept -> concept.equals("background") ? "background=water" : concept)
            .toArray(String[]::new));
  }

  private static Dataset read(String part) {
    return Datasets.npz("classpath:data/digitbirds/%s.npz".formatted(part))
        .features("x")
        .label("bird", "angular", "round")
        .id("id")
        .groups(part.equals("concepts") ? STROKES : new String[] {"bird", "background"})
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

  /** What a model goes by, in strokes of digits and the background. */
  public static CarvedModel carved(Classifier model) {
    Dataset half = read("concepts").where(i -> i < HALF, "the first digits");
    return Carving.withDefaults()
        .carve(model, train(), annotated(half, STROKES), RunContext.current())
        .requiringFidelity(0.7, test());
  }

  /** An expert's word: the background means nothing, whatever the bird. */
  public static AuditSet annotated() {
    Dataset others =
        read("concepts").where(i -> i >= HALF && i % 2 == i / 2 % 2, "other digits, each once");
    Matrix water = annotated(others, "background").values();
    double[][] rows = new double[others.size()][];
    Arrays.setAll(rows, water::row);
    return AuditSet.of(others)
        .annotatedBy(Annotations.of(List.of("background"), rows).withGlobalImportances(0));
  }
}
