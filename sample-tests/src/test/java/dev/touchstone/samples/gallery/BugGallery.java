package dev.touchstone.samples.gallery;

import static dev.touchstone.assertions.ModelAssertions.assertAttributionSensitiveToWeights;
import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertMislabelledDetected;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;
import static dev.touchstone.assertions.ModelAssertions.excessSimilarityAtMost;

import dev.touchstone.assertions.ModelAssertionError;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.perturbation.KernelShap;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.influence.LeaveOneOutConfidence;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.metric.explanation.SwapAgreement;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.samples.FashionSignals;
import dev.touchstone.samples.FoolingMortgages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Trains healthy models and plants bugs, asks every assertion of {@code gallery-matrix.csv}, and
 * tabulates how often each bug is caught and how often a healthy model is accused.
 *
 * <p>An inconclusive verdict counts as neither.
 */
public final class BugGallery {
  /** Above the thesis's 0.1 a model is no longer "normal" (section 4.2.1). */
  private static final double SPURIOUS = 0.10;

  private static final double CALIBRATION = 0.08;
  private static final double ERROR_RATE = 0.30;
  private static final double EXCESS_SIMILARITY = 0.1;
  private static final double AUROC = 0.80;
  private static final double NOISE = 0.20;
  private static final double AGREEMENT = 0.5;
  private static final int EXPLAINED = 20;
  static final String CLOTHES = "small CNN on Fashion-MNIST";
  private static final String MORTGAGES = "function of mortgages";

  private final Matrix matrix = Matrix.read();
  private final List<Row> rows = new ArrayList<>();
  private final int images;
  private final int epochs;
  private final int draws;

  /**
   * A gallery.
   *
   * @param images training images per model
   * @param epochs passes over them
   * @param draws how many specimens per seed where no training is needed
   */
  BugGallery(int images, int epochs, int draws) {
    this.images = images;
    this.epochs = epochs;
    this.draws = draws;
  }

  /**
   * Runs the whole gallery for seeds 0, 1, …: {@code BugGallery SEEDS FILE}. Fails in the end if a
   * bug was missed, or a healthy model accused.
   */
  public static void main(String[] arguments) throws IOException {
    int seeds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
    Path file = Path.of(arguments.length > 1 ? arguments[1] : "target/gallery.csv");
    BugGallery gallery = new BugGallery(2000, 4, 5);
    for (long seed = 0; seed < seeds; seed++) {
      gallery.run(seed, true);
      gallery.writeTo(file);
      System.out.printf("seed %d of %d done%n", seed + 1, seeds);
    }
    System.out.println(gallery.tally());
    List<Row> unmet = gallery.rows().stream().filter(Row::isUnmet).toList();
    if (!unmet.isEmpty()) {
      throw new IllegalStateException(unmet.size() + " expectations were not met: " + unmet);
    }
  }

  /**
   * Trains, plants and asks for one seed.
   *
   * @param doses whether to plant weaker contaminations, and the bugs of the full edition, too
   */
  void run(long seed, boolean doses) {
    Settings base = Settings.fromSystem();
    Settings settings =
        new Settings(
            base.device(),
            seed,
            base.policy(),
            base.memoryBytes(),
            base.reportDirectory().resolve("gallery"));
    RunContext context = RunContext.of(settings, RunSession.isolated());
    try (RunContext.Binding binding = context.bind()) {
      Specimens specimens = new Specimens(context, images, epochs);
      Specimens.Grown grown = specimens.healthy();
      Classifier healthy = grown.model();
      healthy(specimens, healthy, seed, doses);
      spurious(specimens, healthy, seed, doses);
      withoutTraining(specimens, healthy, seed);
      mislabelled(specimens, seed);
      fooling(seed);
      if (doses) {
        BugsWithin within = new BugsWithin(this::ask, seed);
        within.frozen(specimens, grown);
        within.drawnAnew(specimens);
        BugsOfUse use = new BugsOfUse(this::ask, seed);
        use.preparedOtherwise(healthy, specimens.test());
        use.foreign("healthy", healthy, specimens);
        use.attacked(healthy, specimens.test());
        new BugsOfIncomes(this::ask, seed).ask();
      }
      grown.release();
    }
  }

  private void healthy(Specimens specimens, Classifier model, long seed, boolean doses) {
    Dataset test = specimens.test();
    for (PlantedSignal planted : PlantedSignal.SET_ON) {
      askOfHealthy("healthy", model, planted, test, seed);
    }
    ask("healthy", "calibration", seed, () -> assertCalibrationWithin(model, test, CALIBRATION));
    ask("healthy", "error rate", seed, () -> assertErrorRateWithin(model, test, ERROR_RATE));
    ask(
        "healthy",
        "weight sensitivity: Gradient",
        seed,
        () -> sensitive(model, test, Gradient.withDefaults()));
    Classifier textured = specimens.texturedHealthy();
    ask(
        "textured healthy",
        "spurious reliance: blur",
        seed,
        () -> spurious(textured, specimens.texturedTest(), specimens.blurOfTest()));
    Models.release(textured);
    if (doses) {
      healthy("healthy with artefacts met", PlantedSignal.ARTEFACTS, specimens, seed);
      healthy("healthy with variants met", PlantedSignal.VARIANTS, specimens, seed);
    }
  }

  private void healthy(String name, List<PlantedSignal> signals, Specimens specimens, long seed) {
    Classifier model = specimens.healthy(name, signals);
    signals.forEach(planted -> askOfHealthy(name, model, planted, specimens.test(), seed));
    Models.release(model);
  }

  private void askOfHealthy(
      String bug, Classifier model, PlantedSignal planted, Dataset test, long seed) {
    ask(bug, planted.assertion(), seed, () -> spurious(model, test, planted.signal()));
  }

  private void spurious(Specimens specimens, Classifier healthy, long seed, boolean doses) {
    for (PlantedSignal planted : PlantedSignal.SET_ON) {
      for (int percent : doses ? planted.doses() : new int[] {100}) {
        Classifier model = relying(planted, percent, specimens, seed);
        if (doses && percent == 100 && planted.signal().equals(FashionSignals.TAG)) {
          new BugsWithin(this::ask, seed).explanations(model, healthy, specimens.test());
        }
        Models.release(model);
      }
    }
    if (doses) {
      for (PlantedSignal planted : PlantedSignal.LATER) {
        for (int percent : planted.doses()) {
          Models.release(relying(planted, percent, specimens, seed));
        }
      }
    }
    Classifier blurred = specimens.relyingOnBlur(1);
    ask(
        "blur 100 %",
        "spurious reliance: blur",
        seed,
        () -> spurious(blurred, specimens.texturedTest(), specimens.blurOfTest()));
    Models.release(blurred);
    Classifier random = specimens.randomLabels();
    ask(
        "random labels",
        "error rate",
        seed,
        () -> assertErrorRateWithin(random, specimens.test(), ERROR_RATE));
    if (doses) {
      new BugsOfUse(this::ask, seed).foreign("random labels", random, specimens);
    }
    Models.release(random);
  }

  private Classifier relying(PlantedSignal planted, int percent, Specimens specimens, long seed) {
    Classifier model = specimens.relyingOn(planted.signal(), percent / 100.0);
    ask(
        planted.name() + " " + percent + " %",
        planted.assertion(),
        seed,
        () -> spurious(model, specimens.test(), planted.signal()));
    return model;
  }

  private void withoutTraining(Specimens specimens, Classifier healthy, long seed) {
    Dataset test = specimens.test();
    Classifier overConfident = specimens.overConfident(healthy);
    ask(
        "over-confident",
        "calibration",
        seed,
        () -> assertCalibrationWithin(overConfident, test, CALIBRATION));
    Models.release(overConfident);
    for (int draw = 0; draw < draws; draw++) {
      Classifier top = specimens.reinitialised(healthy, 0, draw);
      ask(
          "top layer re-initialised",
          "error rate",
          seed,
          () -> assertErrorRateWithin(top, test, ERROR_RATE));
      Models.release(top);
      Classifier half = specimens.reinitialised(healthy, 0.5, draw);
      ask(
          "top half re-initialised",
          "error rate",
          seed,
          () -> assertErrorRateWithin(half, test, ERROR_RATE));
      Models.release(half);
    }
    ask(
        "explanation ignores the weights",
        "weight sensitivity: EdgeDetector",
        seed,
        () -> sensitive(healthy, test, new EdgeDetector()));
  }

  private void mislabelled(Specimens specimens, long seed) {
    ask(
        "healthy",
        "mislabelled: out-of-fold",
        seed,
        () -> detects(specimens, LeaveOneOutConfidence.withDefaults()));
    ask(
        "detector ranks at random",
        "mislabelled: random",
        seed,
        () -> detects(specimens, new RandomDetector(seed)));
  }

  /** Models of a table, of which one tells the rows that explanations ask about from real ones. */
  private void fooling(long seed) {
    Dataset applications = FoolingMortgages.applications();
    Dataset some = applications.sample(EXPLAINED, seed);
    AttributionMethod method =
        KernelShap.against(applications.sample(10, seed + 1)).withSamples(400);
    ask(
        "honest about mortgages",
        MORTGAGES,
        "explanations: swaps",
        seed,
        () -> honest(FoolingMortgages.honestModel(), some, method));
    ask(
        "built to fool explanations",
        MORTGAGES,
        "explanations: swaps",
        seed,
        () -> honest(FoolingMortgages.modelOf(applications), some, method));
  }

  private static Verdict honest(Classifier model, Dataset data, AttributionMethod method) {
    return assertThatModel(model)
        .on(data)
        .explainedBy(method)
        .hasMetric(SwapAgreement.withDefaults(), atLeast(AGREEMENT));
  }

  private static Verdict spurious(Classifier model, Dataset data, SpuriousSignal signal) {
    return assertThatModel(model)
        .on(data)
        .forClass(FashionSignals.SHIRT)
        .doesNotRelyOn(signal, atMost(SPURIOUS));
  }

  private static Verdict sensitive(Classifier model, Dataset data, AttributionMethod method) {
    return assertAttributionSensitiveToWeights(
        model, data, method, excessSimilarityAtMost(EXCESS_SIMILARITY));
  }

  private static Verdict detects(Specimens specimens, MislabelDetector detector) {
    return assertMislabelledDetected(
        specimens.trainer(),
        LabelNoise.uniform(NOISE).plantedIn(specimens.train()),
        detector,
        aurocAtLeast(AUROC));
  }

  private void ask(String bug, String assertion, long seed, Supplier<Verdict> claim) {
    ask(bug, CLOTHES, assertion, seed, claim);
  }

  private void ask(String bug, String model, String assertion, long seed, Supplier<Verdict> claim) {
    Matrix.Cell cell = matrix.of(bug, assertion);
    rows.add(
        new Row(bug, model, seed, assertion, cell.expected(), cell.isDemanded(), outcome(claim)));
  }

  private static Outcome outcome(Supplier<Verdict> claim) {
    try {
      return claim.get().outcome();
    } catch (ModelAssertionError refused) {
      return refused.verdict().outcome();
    }
  }

  List<Row> rows() {
    return List.copyOf(rows);
  }

  Matrix matrix() {
    return matrix;
  }

  String tally() {
    return new Tally(rows).toString();
  }

  private void writeTo(Path file) throws IOException {
    List<String> lines = new ArrayList<>(List.of(Row.HEADER));
    rows.forEach(row -> lines.add(row.toCsv()));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, lines);
  }
}
