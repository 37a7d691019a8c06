package dev.touchstone.measuring;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.benchmarks.Samples;
import dev.touchstone.check.explanation.ExplanationTrial;
import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.check.explanation.WeightSensitivity;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.contamination.BackgroundBlur;
import dev.touchstone.data.contamination.Corner;
import dev.touchstone.data.contamination.ItemMask;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.data.contamination.Stripe;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Reinitialisation;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.similarity.Spearman;
import dev.touchstone.similarity.Ssim;
import dev.touchstone.statistics.Interval;
import dev.touchstone.training.Cnn;
import dev.touchstone.training.DjlTrainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What explanations show of the sample networks: the tables of docs/results/attribution.md (thesis,
 * Tables 4.1 and 4.4, Figure 4-7, section 4.6), for its 17 methods.
 *
 * <p>Arguments: {@code trials SIGNAL} (that is relied on: tag, stripe or blur), {@code domain}
 * (networks of something else), {@code weights MODEL [METHODS]} (re-initialisation, from the top
 * down and each layer alone) or {@code conditions SEEDS} (networks trained on what people were
 * shown).
 */
final class AttributionResults {
  /** The class with which signals came. */
  private static final String SHIRT = "6";

  private static final int COMPARED = 100;

  private static final int TRIED = 30;
  private static final int REINITIALISED = 12;
  private static final int SIDE = 28;
  private static final int AREA = SIDE * SIDE;

  private AttributionResults() {}

  public static void main(String[] arguments) {
    switch (arguments[0]) {
      case "trials" -> trials(arguments[1]);
      case "domain" -> domain();
      case "weights" -> weights(arguments[1], List.of(arguments).subList(2, arguments.length));
      case "conditions" -> StudyConditions.print(Integer.parseInt(arguments[1]));
      default -> throw new IllegalArgumentException("no table " + arguments[0]);
    }
    System.exit(0);
  }

  // Table 4.1: K-SSD, CCM, FAM, FAM-GT

  /** The sample networks' signals, which lie where this module's compiler does not look. */
  private static SpuriousSignal tag() {
    return PatchTag.of(
            new float[][] {
              {255, 255, 255, 255, 255},
              {0, 0, 255, 0, 0},
              {0, 0, 255, 0, 0},
              {0, 0, 255, 0, 0},
              {0, 0, 255, 0, 0}
            })
        .scaledBy(1 / 255f)
        .at(Corner.BOTTOM_LEFT);
  }

  private static SpuriousSignal stripes() {
    return Stripe.vertical(3, 24).withValue(180 / 255f);
  }

  private static SpuriousSignal blur() {
    Dataset masks =
        Datasets.idx(
                "classpath:data/fashion/textured-test-masks-idx3-ubyte.gz",
                "classpath:data/fashion/textured-test-labels-idx1-ubyte.gz")
            .load();
    return BackgroundBlur.of(1.5).behind(ItemMask.from(masks));
  }

  private static Dataset birdsOf(String part) {
    return Datasets.npz("classpath:data/digitbirds/%s.npz".formatted(part))
        .features("x")
        .label("bird", "angular", "round")
        .id("id")
        .groups("bird", "background")
        .load()
        .scaledBy(1 / 255.0);
  }

  private static void trials(String signal) {
    Dataset images = Samples.images("fashion-healthy");
    Dataset training = Samples.fashionTraining();
    HealthyModels both =
        HealthyModels.of(Samples.model("fashion-healthy"), Samples.model("fashion-flipped-20"));
    switch (signal) {
      case "tag" -> trial("Tag", "fashion-tag-100", tag(), both, images, training);
      case "stripe" -> trial("Stripe", "fashion-stripe-100", stripes(), both, images, training);
      case "blur" -> {
        Dataset textured = Samples.texturedImages();
        HealthyModels one = HealthyModels.of(Samples.model("fashion-textured-healthy"));
        trial("Blur", "fashion-blur-100", blur(), one, textured, textured);
      }
      default -> throw new IllegalArgumentException("no signal " + signal);
    }
  }

  private static void trial(
      String name,
      String spurious,
      SpuriousSignal signal,
      HealthyModels healthy,
      Dataset images,
      Dataset training) {
    System.out.printf(
        "%n| %s | K-SSD | CCM | FAM | FAM-GT | found | above healthy | concern | alarm"
            + " |%n|---|---|---|---|---|---|---|---|---|%n",
        name);
    Classifier model = Samples.model(spurious);
    double widest = 0;
    List<Evidence> shown = new ArrayList<>();
    for (Map.Entry<String, AttributionMethod> method : ThesisMethods.on(training).entrySet()) {
      Evidence evidence =
          ExplanationTrial.of(method.getValue(), signal, SHIRT)
              .withExamples(TRIED)
              .evaluate(model, healthy, images, Samples.context());
      shown.add(evidence);
      widest = Math.max(widest, widest(evidence));
      String measured =
          Stream.of("K-SSD", "CCM", "FAM", "FAM-GT")
              .map(quantity -> number(evidence.context(), quantity))
              .collect(Collectors.joining(" | "));
      String judged =
          Stream.of(
                  ExplanationTrial.FOUND,
                  ExplanationTrial.ABOVE_HEALTHY,
                  ExplanationTrial.CONCERN,
                  ExplanationTrial.ALARM)
              .map(quantity -> number(evidence.measurements(), quantity))
              .collect(Collectors.joining(" | "));
      System.out.printf("| %s | %s | %s |%n", method.getKey(), measured, judged);
    }
    Evidence last = shown.get(shown.size() - 1);
    for (String nothing : List.of("a blank map", "a map at random", "the mask turned round")) {
      System.out.printf(
          "| (%s) | %s | - | - | - | - | - | - | - |%n",
          nothing, number(last.context(), "K-SSD of " + nothing));
    }
    System.out.printf(
        Locale.ROOT,
        "%nLimits (95 %%) of the similarities lie within %.2f of them; %s%n",
        widest,
        last.notes().get(0));
  }

  private static double widest(Evidence evidence) {
    return evidence.context().stream()
        .filter(m -> m.slice().equals("SSIM"))
        .mapToDouble(
            m -> {
              Interval limits = m.estimate().interval(.95);
              return Math.max(
                  m.estimate().value() - limits.lower(), limits.upper() - m.estimate().value());
            })
        .max()
        .orElseThrow();
  }

  /** The largest of those of a name: of several healthy models the one that is accused most. */
  private static String number(List<Measurement> measurements, String quantity) {
    return measurements.stream()
        .filter(m -> m.quantity().equals(quantity))
        .map(m -> m.estimate().value())
        .filter(Double::isFinite)
        .max(Double::compare)
        .map(value -> String.format(Locale.ROOT, "%.2f", value))
        .orElse("-");
  }

  // Table 4.4: the same images, explained in networks of something else

  /**
   * A network, and how its images are scaled.
   *
   * @param images what it is shown: the same clothes, in its units
   * @param training of its own domain, of which patterns are learnt
   */
  private record Foreign(String name, Classifier model, Dataset images, Dataset training) {}

  private static void domain() {
    Dataset images = Samples.images("fashion-healthy").sample(COMPARED, 1);
    Dataset training = Samples.fashionTraining();
    Classifier clothes = Samples.model("fashion-healthy");
    List<Foreign> others =
        List.of(
            new Foreign("clothes again", Samples.model("fashion-flipped-20"), images, training),
            new Foreign(
                "digits", Samples.model("digits"), images.scaledBy(255), Samples.images("digits")),
            birds(images),
            new Foreign("nothing", reinitialised(clothes), images, training));
    System.out.println(
        "| | "
            + others.stream()
                .flatMap(other -> Stream.of("SSIM, " + other.name(), "RK, " + other.name()))
                .collect(Collectors.joining(" | "))
            + " |\n|---"
            + "|---".repeat(2 * others.size())
            + "|");
    for (String method : ThesisMethods.on(training).keySet()) {
      double[][] own = maps(method, new Foreign("clothes", clothes, images, training));
      StringBuilder row = new StringBuilder("| " + method);
      for (Foreign other : others) {
        row.append(" | ").append(alike(own, method, other));
      }
      System.out.println(row + " |");
    }
  }

  private static String alike(double[][] own, String method, Foreign other) {
    try {
      double[][] theirs = maps(method, other);
      return MeanAndError.of(
              each(
                  own.length,
                  i -> Ssim.of(Ssim.image(own[i], 1), Ssim.image(theirs[i], 1), SIDE, SIDE)))
          + " | "
          + MeanAndError.of(each(own.length, i -> Spearman.of(own[i], theirs[i])));
    } catch (TouchstoneException refused) {
      System.err.println(method + " on " + other.name() + ": " + refused.getMessage());
      return "- | -";
    }
  }

  private static double[] each(int n, IntToDoubleFunction value) {
    return IntStream.range(0, n).mapToDouble(value).filter(Double::isFinite).toArray();
  }

  /** Maps of the score of the class that the network itself sees in the image. */
  private static double[][] maps(String name, Foreign network) {
    AttributionMethod method =
        Objects.requireNonNull(ThesisMethods.on(network.training()).get(name), name);
    RunContext context = Samples.context();
    Tensor batch = network.images().batch(0, network.images().size());
    Predictions told = network.model().predict(batch);
    int[] classes = IntStream.range(0, batch.rows()).map(told::predicted).toArray();
    return method.attribute(network.model(), batch, Quantity.ofClass(classes), context).maps();
  }

  /** A network of round and angular digits on stripes, whose 16 × 16 pixels are drawn larger. */
  private static Foreign birds(Dataset clothes) {
    Dataset training = enlarged(birdsOf("train"));
    Dataset test = enlarged(birdsOf("test"));
    Classifier model =
        DjlTrainer.of("small CNN", () -> Cnn.small(2))
            .withEpochs(5)
            .train(training, "birds", Samples.context());
    Predictions told = model.predict(test.batch(0, test.size()));
    System.err.printf(
        Locale.ROOT,
        "birds: accuracy %.3f on %d test digits%n",
        IntStream.range(0, test.size()).filter(i -> told.predicted(i) == test.label(i)).count()
            / (double) test.size(),
        test.size());
    return new Foreign("birds", model, clothes, training);
  }

  private static Dataset enlarged(Dataset small) {
    int edge = small.shape()[1];
    float[] pixels = new float[small.size() * AREA];
    for (int i = 0; i < small.size(); i++) {
      float[] row = new float[edge * edge];
      small.features().read(i, row, 0);
      for (int p = 0; p < AREA; p++) {
        pixels[i * AREA + p] = row[p / SIDE * edge / SIDE * edge + p % SIDE * edge / SIDE];
      }
    }
    return small.withFeatures(FeatureStore.inMemory(pixels, 1, SIDE, SIDE), "enlarged");
  }

  private static Classifier reinitialised(Classifier model) {
    WhiteBox box = model.capability(WhiteBox.class).orElseThrow();
    RunContext context = Samples.context();
    return Models.whiteBox(
            "re-initialised",
            Reinitialisation.of(
                box, box.layers(), weight -> context.random().of("attribution results", weight)))
        .emittingLogits();
  }

  // Figure 4-7: re-initialised weights

  private static void weights(String model, List<String> asked) {
    Dataset images = Samples.images(model);
    Dataset training = model.equals("digits") ? images : Samples.fashionTraining();
    Classifier classifier = Samples.model(model);
    List<String> cascading = new ArrayList<>();
    List<String> alone = new ArrayList<>();
    for (Map.Entry<String, AttributionMethod> method : ThesisMethods.on(training).entrySet()) {
      if (!asked.isEmpty() && !asked.contains(method.getKey())) {
        continue;
      }
      WeightSensitivity sensitivity =
          WeightSensitivity.of(method.getValue()).withExamples(REINITIALISED);
      for (List<String> table : List.of(cascading, alone)) {
        WeightSensitivity check = table == alone ? sensitivity.eachLayerAlone() : sensitivity;
        try {
          IntervalPlot curve =
              (IntervalPlot) check.evaluate(classifier, images, Samples.context()).figures().get(0);
          if (table.isEmpty()) {
            table.add(head(curve));
          }
          table.add(row(method.getKey(), curve));
        } catch (TouchstoneException refused) {
          System.err.println(method.getKey() + ": " + refused.getMessage());
        }
        System.err.println(table.get(table.size() - 1));
      }
    }
    System.out.println("\nFrom the top down:\n\n" + String.join("\n", cascading));
    System.out.println("\nEach layer alone:\n\n" + String.join("\n", alone));
  }

  private static String head(IntervalPlot curve) {
    List<String> layers = curve.positions();
    String columns =
        Stream.concat(
                layers.stream().map(layer -> "RK, " + layer),
                layers.stream().map(layer -> "SSIM, " + layer))
            .collect(Collectors.joining(" | "));
    return "| | unrelated | " + columns + " |\n|---|---" + "|---".repeat(2 * layers.size()) + "|";
  }

  private static String row(String method, IntervalPlot curve) {
    List<List<IntervalPlot.Point>> series = new ArrayList<>(curve.series().values());
    return "| %s | %s | %s | %s |"
        .formatted(
            method,
            values(series.get(1).subList(0, 1)),
            values(series.get(0)),
            values(series.get(2)));
  }

  private static String values(List<IntervalPlot.Point> points) {
    return points.stream()
        .map(point -> String.format(Locale.ROOT, "%.2f", point.value()))
        .collect(Collectors.joining(" | "));
  }
}
