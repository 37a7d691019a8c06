package dev.touchstone.benchmarks;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import java.nio.file.Path;

/**
 * The sample tests' models and data, read where they lie: programs run in the repository's root.
 */
public final class Samples {
  private static final String FOLDER =
      System.getProperty("touchstone.samples", "sample-tests/src/test/resources") + "/";

  private Samples() {}

  /** The ONNX file of {@code digits} (Tribuo's network) or of a name in the sample models. */
  public static String onnx(String model) {
    return model.equals("digits")
        ? "classpath:org/tribuo/interop/onnx/cnn_mnist.onnx"
        : FOLDER + "models/" + model + ".onnx";
  }

  /** A model of {@link #onnx}, with its outputs declared. */
  public static Classifier model(String model) {
    return model.equals("digits")
        ? Models.onnx(onnx(model)).emittingLogProbabilities()
        : Models.onnx(onnx(model)).emittingLogits();
  }

  /** A model of {@link #onnx}, to be looked into. */
  public static WhiteBox whiteBox(String model) {
    return model(model)
        .capability(WhiteBox.class)
        .orElseThrow(() -> new IllegalStateException(model + " is no white box"));
  }

  /** The test images that a model of {@link #onnx} takes, scaled as it was trained. */
  public static Dataset images(String model) {
    boolean digits = model.equals("digits");
    String folder = FOLDER + (digits ? "data/mnist/" : "data/fashion/");
    return Datasets.idx(folder + "test-images-idx3-ubyte.gz", folder + "test-labels-idx1-ubyte.gz")
        .scaledBy(digits ? 1 : 1 / 255f)
        .load();
  }

  /** A thousand of the test images of clothes with textured backgrounds, scaled to 1. */
  public static Dataset texturedImages() {
    String folder = FOLDER + "data/fashion/textured-test-";
    return Datasets.idx(folder + "images-idx3-ubyte.gz", folder + "labels-idx1-ubyte.gz")
        .scaledBy(1 / 255f)
        .load();
  }

  /** Fashion-MNIST's 4,000 training images, scaled to 1. */
  public static Dataset fashionTraining() {
    String folder = FOLDER + "data/fashion/";
    return Datasets.idx(
            folder + "train-images-idx3-ubyte.gz", folder + "train-labels-idx1-ubyte.gz")
        .scaledBy(1 / 255f)
        .load();
  }

  /** Settings of every benchmark, in a session that remembers nothing of earlier ones. */
  public static RunContext context() {
    return RunContext.of(
        new Settings("cpu", 42, Policy.STRICT, 512L << 20, Path.of("target")),
        RunSession.isolated());
  }

  /** UCI Adult's 28,842 test rows. */
  public static Dataset adult() {
    return Datasets.csv(FOLDER + "data/adult/test.csv.gz")
        .schema(FOLDER + "data/adult/schema.json")
        .load();
  }

  /** The same rows as trees take them: categories as texts, values that are missing. */
  public static Dataset adultOfTrees() {
    return Datasets.csv(FOLDER + "data/adult/test.csv.gz")
        .schema(FOLDER + "data/adult/served-schema.json")
        .load();
  }

  /** XGBoost's trees of {@link #adultOfTrees}. */
  public static Classifier adultTrees() {
    return Models.xgboost(FOLDER + "models/adult-xgboost.ubj").emittingProbabilities();
  }
}
