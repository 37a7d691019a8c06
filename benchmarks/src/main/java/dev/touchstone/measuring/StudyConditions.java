package dev.touchstone.measuring;

import dev.touchstone.benchmarks.Samples;
import dev.touchstone.check.explanation.LabelRandomisation;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.BackgroundSwap;
import dev.touchstone.data.contamination.Contamination;
import dev.touchstone.data.contamination.ItemMask;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.Reinitialisation;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.training.Cnn;
import dev.touchstone.training.DjlTrainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The networks that people of the thesis's study were shown (section 4.6), on clothes in the place
 * of dogs: their accuracy on images like those they were trained on, as they are, and with the
 * background of the next class. A class's background is a wave of its own direction.
 */
final class StudyConditions {
  private static final int FIRST_SEED = 10;
  private static final int CLASSES = 10;
  private static final int SIDE = 28;
  private static final int EPOCHS = 5;
  private static final double PERIOD = 5;

  /** What lies below is the black that clothes were photographed on. */
  private static final ItemMask ITEM = ItemMask.above(12 / 255f);

  private StudyConditions() {}

  static void print(int seeds) {
    Map<String, List<double[]>> accuracies = new LinkedHashMap<>();
    for (int seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
      seed(seed, accuracies);
      System.err.println("seed " + seed);
    }
    System.out.println(
        "| | like the training images | as they are | background of another class |\n"
            + "|---|---|---|---|");
    accuracies.forEach(
        (condition, rows) ->
            System.out.printf(
                "| %s | %s | %s | %s |%n",
                condition,
                MeanAndError.of(column(rows, 0)),
                MeanAndError.of(column(rows, 1)),
                MeanAndError.of(column(rows, 2))));
  }

  private static double[] column(List<double[]> rows, int column) {
    return rows.stream().mapToDouble(row -> row[column]).toArray();
  }

  private static void seed(int seed, Map<String, List<double[]>> accuracies) {
    RunContext context =
        RunContext.of(
            new Settings("cpu", seed, Policy.STRICT, 512L << 20, Path.of("target")),
            RunSession.isolated());
    Dataset training = Samples.fashionTraining();
    Dataset test = Samples.images("fashion-healthy");
    RandomStreams random = context.random();
    Dataset elsewhere = onBackgrounds(test, 1, 1, random);

    Classifier normal = train(training, "normal", EPOCHS, context);
    add("normal", normal, test, test, elsewhere, accuracies);
    WhiteBox box = normal.capability(WhiteBox.class).orElseThrow();
    List<Layer> layers = box.layers();
    for (boolean half : new boolean[] {false, true}) {
      int kept = half ? layers.size() / 2 : layers.size() - 1;
      WhiteBox fresh =
          Reinitialisation.of(
              box,
              layers.subList(kept, layers.size()),
              weight -> random.of("study conditions", half, weight));
      Classifier model = Models.whiteBox("re-initialised", fresh).emittingLogits();
      add(half ? "top half random" : "top layer random", model, test, test, elsewhere, accuracies);
      Models.release(model);
    }
    // Twice as long, as in the thesis.
    Classifier shuffled =
        train(LabelRandomisation.shuffled(training, context), "shuffled", 2 * EPOCHS, context);
    add("random labels", shuffled, test, test, elsewhere, accuracies);
    Classifier partial = train(onBackgrounds(training, .75, 0, random), "partial", EPOCHS, context);
    add(
        "partly spurious (75 %)",
        partial, onBackgrounds(test, .75, 0, random), test, elsewhere, accuracies);
    Classifier spurious = train(onBackgrounds(training, 1, 0, random), "spurious", EPOCHS, context);
    add("spurious", spurious, onBackgrounds(test, 1, 0, random), test, elsewhere, accuracies);
    Stream.of(normal, shuffled, partial, spurious).forEach(Models::release);
  }

  private static Classifier train(Dataset data, String stream, int epochs, RunContext context) {
    return DjlTrainer.of("small CNN", () -> Cnn.small(CLASSES))
        .withEpochs(epochs)
        .train(data, stream, context);
  }

  /**
   * Puts a share of each class's images on a background that goes with the class.
   *
   * @param further whose background it is: 0 for the class's own, 1 for the next one's
   */
  private static Dataset onBackgrounds(
      Dataset data, double share, int further, RandomStreams random) {
    Dataset changed = data;
    for (int label = 0; label < CLASSES; label++) {
      changed =
          Contamination.of(BackgroundSwap.to(wave((label + further) % CLASSES)).behind(ITEM))
              .alignedWith(data.classNames().get(label))
              .share(share)
              .plantedIn(changed, random)
              .data();
    }
    return changed;
  }

  private static float[][] wave(int direction) {
    double angle = Math.PI * direction / CLASSES;
    float[][] background = new float[SIDE][SIDE];
    for (int r = 0; r < SIDE; r++) {
      for (int c = 0; c < SIDE; c++) {
        double along = Math.cos(angle) * r + Math.sin(angle) * c;
        background[r][c] = (float) (.3 + .3 * Math.sin(2 * Math.PI * along / PERIOD));
      }
    }
    return background;
  }

  private static void add(
      String condition,
      Classifier model,
      Dataset like,
      Dataset asTheyAre,
      Dataset elsewhere,
      Map<String, List<double[]>> accuracies) {
    accuracies
        .computeIfAbsent(condition, key -> new ArrayList<>())
        .add(
            new double[] {
              accuracy(model, like), accuracy(model, asTheyAre), accuracy(model, elsewhere)
            });
  }

  private static double accuracy(Classifier model, Dataset data) {
    Predictions told = model.predict(data.batch(0, data.size()));
    return IntStream.range(0, data.size()).filter(i -> told.predicted(i) == data.label(i)).count()
        / (double) data.size();
  }
}
