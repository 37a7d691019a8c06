package dev.touchstone.measuring;

import dev.touchstone.check.training.LabelSensitivity;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.influence.ConfidentLearning;
import dev.touchstone.influence.DisparityInfluence;
import dev.touchstone.influence.GroupBrierScore;
import dev.touchstone.influence.GroupCalibrationError;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.KohLiangInfluence;
import dev.touchstone.influence.LeaveOneOutConfidence;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.influence.NeighbourDisagreement;
import dev.touchstone.influence.Rdia;
import dev.touchstone.influence.TrainingLoss;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.training.LogisticRegressionTrainer;
import dev.touchstone.training.XgboostTrainer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Training data on trial: the thesis's Figure 6-3 (of the 50 training points that a ranking puts
 * first, how many had their label flipped, of 10 % flips) and Figures 6-1 and 6-2 (by how much a
 * group's calibration error changes with flipped labels; "boosted" with boosted trees), on seeds 10
 * to 14. Writes tables of docs/results/training-data.md.
 *
 * <p>Arguments: {@code ranking}, {@code sensitivity} or {@code boosted}, the data sets, of {@code
 * bc}, {@code hmda}, {@code arrests}, {@code spam}, {@code adult}, {@code credit}, {@code compas},
 * {@code reviews} (of {@code src/main/python/review_embeddings.py}) and {@code synthetic}, and the
 * folders that hold their files ({@code bc.csv.gz}, label first and no header; the others with
 * headers).
 */
final class TrainingDataResults {
  private static final int FIRST_SEED = 10;
  private static final int SEEDS = 5;
  private static final double FLIPS = 0.1;
  private static final int FIRST = 50;
  private static final double[] RATES = {0.05, 0.1, 0.2, 0.3};

  /** λ of the logistic loss is half that of a head, whose two columns share it. */
  private static final double RIDGE = 2e-3;

  /** As scikit-learn's interface to XGBoost trains it, but for the depth. */
  private static final Trainer BOOSTED = XgboostTrainer.withDefaults().withDepth(3);

  private TrainingDataResults() {}

  /** Numbers with a label of two and a group of two, the smaller one named "minority". */
  private record Table(float[][] features, int[] labels, boolean[] minority, int train, int test) {}

  private interface Reader {
    Table read(List<Path> folders) throws IOException;
  }

  private static final Map<String, Reader> SETS = new LinkedHashMap<>();

  static {
    SETS.put("bc", TrainingDataResults::cancer);
    SETS.put(
        "hmda",
        folders -> named(folders, "hmda.csv", "deny", "yes", "afam", "yes", List.of(), 1600, 780));
    SETS.put(
        "arrests",
        folders ->
            named(
                folders,
                "arrests.csv",
                "released",
                "Yes",
                "colour",
                "Black",
                List.of(),
                3500,
                1700));
    SETS.put("spam", TrainingDataResults::spam);
    SETS.put("synthetic", folders -> synthetic());
    SETS.put(
        "adult",
        folders ->
            named(
                folders,
                "adult.csv.gz",
                "income",
                ">50K",
                "race",
                "Black",
                List.of("split"),
                5000,
                10_000));
    SETS.put(
        "credit",
        folders ->
            named(
                folders,
                "credit_default.csv.gz",
                "default_payment_next_month",
                "1",
                "sex",
                "1",
                List.of(),
                5000,
                10_000));
    SETS.put(
        "german",
        folders ->
            named(folders, "german.csv", "class", "bad", "sex", "female", List.of(), 700, 300));
    SETS.put(
        "compas",
        folders ->
            named(
                folders,
                "compas.csv.gz",
                "two_year_recid",
                "1",
                "sex",
                "Female",
                List.of("decile_score"),
                4000,
                2000));
    SETS.put(
        "reviews",
        folders ->
            named(folders, "reviews.csv", "score", "great", "length", "long", List.of(), 700, 300));
  }

  public static void main(String[] arguments) throws IOException {
    List<String> sets = new ArrayList<>();
    List<Path> folders = new ArrayList<>();
    for (String argument : Arrays.asList(arguments).subList(1, arguments.length)) {
      if (SETS.containsKey(argument)) {
        sets.add(argument);
      } else {
        folders.add(Path.of(argument));
      }
    }
    for (String set : sets) {
      Table table = Objects.requireNonNull(SETS.get(set)).read(folders);
      switch (arguments[0]) {
        case "ranking" -> ranking(set, table);
        case "sensitivity" ->
            sensitivity(set, table, LogisticRegressionTrainer.withDefaults().withRidge(RIDGE));
        case "boosted" -> sensitivity(set, table, BOOSTED);
        default ->
            throw new IllegalArgumentException(
                "ranking, sensitivity or boosted, not " + arguments[0]);
      }
    }
  }

  /** Training data, and the rest of the examples, of which so many are measured on. */
  private record Split(Dataset train, Dataset test) {}

  private static Split split(String name, Table table, int seed) {
    int[] order = PermutationSampler.natural(table.labels().length);
    PermutationSampler.shuffle(new RandomStreams(seed).of("split"), order);
    int end = Math.min(order.length, table.train() + table.test());
    return new Split(
        select(table, Arrays.copyOf(order, table.train()), name + " train"),
        select(table, Arrays.copyOfRange(order, table.train(), end), name + " test"));
  }

  private static void ranking(String set, Table table) {
    Map<String, double[]> figures = new LinkedHashMap<>();
    for (int s = 0; s < SEEDS; s++) {
      Split split = split(set, table, FIRST_SEED + s);
      Dataset clean = split.train();
      int[] noisy =
          LabelNoise.uniform(FLIPS)
              .relabelled(clean, new RandomStreams(FIRST_SEED + s).of("noise"));
      Dataset given = clean.withLabels(noisy, "with errors");
      InfluenceContext context =
          InfluenceContext.ofFeatures(
              given, LogisticHead.withDefaults().withRidge(RIDGE), RunContext.current());
      for (MislabelDetector detector : detectors(split.test())) {
        double[] suspicion = detector.detect(context).suspicion();
        long found =
            IntStream.range(0, suspicion.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -suspicion[i]))
                .limit(FIRST)
                .filter(i -> given.label(i) != clean.label(i))
                .count();
        figures.computeIfAbsent(called(detector), key -> new double[SEEDS])[s] =
            (double) found / FIRST;
      }
    }
    figures.forEach(
        (method, shares) ->
            System.out.printf(Locale.ROOT, "| %s | %s | %s |%n", set, method, meanOf(shares)));
  }

  private static List<MislabelDetector> detectors(Dataset test) {
    AuditSet audit = AuditSet.of(withoutCopies(test));
    GroupCalibrationError calibration = GroupCalibrationError.withDefaults();
    return List.of(
        TrainingLoss.withDefaults(),
        LeaveOneOutConfidence.withDefaults(),
        ConfidentLearning.withDefaults(),
        NeighbourDisagreement.withDefaults(),
        KohLiangInfluence.withDefaults().onLossOf(audit),
        Rdia.with(audit),
        DisparityInfluence.on(calibration, test).toFirstOrder(),
        DisparityInfluence.on(calibration, test).ofLabels().toFirstOrder(),
        DisparityInfluence.on(calibration, test),
        DisparityInfluence.on(calibration, test).ofLabels(),
        DisparityInfluence.on(GroupBrierScore.withDefaults(), test),
        DisparityInfluence.on(GroupBrierScore.withDefaults(), test).ofLabels());
  }

  /** An audit set says one thing of the same features; of copies the first is taken. */
  private static Dataset withoutCopies(Dataset test) {
    Set<String> seen = new HashSet<>();
    return test.where(i -> seen.add(test.inputs(i).sha256()), "without copies");
  }

  private static String called(MislabelDetector detector) {
    return detector instanceof DisparityInfluence
        ? detector.name() + ", " + detector.settings().get("influence to")
        : detector.name();
  }

  private static void sensitivity(String set, Table table, Trainer trainer) {
    Map<String, double[]> figures = new LinkedHashMap<>();
    for (int s = 0; s < SEEDS; s++) {
      Split split = split(set, table, FIRST_SEED + s);
      Dataset test = split.test().groupedBy("group");
      try (RunContext.Binding ignored = RunContext.current().bind()) {
        RunContext context = RunContext.current();
        Classifier model = trainer.train(split.train(), "model", context);
        for (double rate : RATES) {
          LabelSensitivity flips = LabelSensitivity.withDefaults().flipping(rate);
          put(figures, s, rate, "test time", flips.atTestTime(model, test, context));
          put(
              figures,
              s,
              rate,
              "training time",
              flips.atTrainingTime(trainer, split.train(), test, context));
        }
      }
    }
    figures.forEach(
        (what, changes) ->
            System.out.printf(Locale.ROOT, "| %s | %s | %s |%n", set, what, meanOf(changes)));
  }

  private static void put(
      Map<String, double[]> figures, int s, double rate, String when, Evidence evidence) {
    for (Measurement measured : evidence.measurements()) {
      if (!measured.slice().equals(Dataset.Slice.OVERALL)) {
        String key =
            String.format(
                Locale.ROOT, "%s | %.0f %% | %s", when, 100 * rate, measured.slice().substring(6));
        figures.computeIfAbsent(key, k -> new double[SEEDS])[s] = measured.estimate().value();
      }
    }
  }

  private static String meanOf(double... values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double square = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (SEEDS - 1);
    return String.format(Locale.ROOT, "%.3f ± %.3f", mean, Math.sqrt(square / SEEDS));
  }

  private static Dataset select(Table table, int[] examples, String name) {
    int width = table.features()[0].length;
    float[] values = new float[examples.length * width];
    for (int i = 0; i < examples.length; i++) {
      System.arraycopy(table.features()[examples[i]], 0, values, i * width, width);
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, width))
        .labels(Arrays.stream(examples).map(i -> table.labels()[i]).toArray())
        .classNames(List.of("0", "1"))
        .ids(Arrays.stream(examples).mapToObj(Integer::toString).toList())
        .column(
            "group",
            Arrays.stream(examples)
                .mapToObj(i -> table.minority()[i] ? "minority" : "majority")
                .toList())
        .build();
  }

  private static List<String[]> lines(List<Path> folders, String file) throws IOException {
    for (Path folder : folders) {
      Path path = folder.resolve(file);
      if (Files.exists(path)) {
        try (InputStream bytes = Files.newInputStream(path);
            BufferedReader reader =
                new BufferedReader(
                    new InputStreamReader(
                        file.endsWith(".gz") ? new GZIPInputStream(bytes) : bytes,
                        StandardCharsets.UTF_8))) {
          return reader.lines().map(line -> line.replace("\"", "").split(",", -1)).toList();
        }
      }
    }
    throw new IOException(file + " is in none of " + folders);
  }

  /** Numbers as they are, and a column for every category. */
  private static Table named(
      List<Path> folders,
      String file,
      String label,
      String positive,
      String group,
      String minority,
      List<String> without,
      int train,
      int test)
      throws IOException {
    List<String[]> lines = lines(folders, file);
    List<String> header = List.of(lines.get(0));
    List<String[]> rows = lines.subList(1, lines.size());
    List<float[]> columns = new ArrayList<>();
    for (int c = 0; c < header.size(); c++) {
      if (header.get(c).equals(label) || without.contains(header.get(c))) {
        continue;
      }
      int column = c;
      TreeSet<String> values = new TreeSet<>();
      rows.forEach(row -> values.add(row[column]));
      if (values.stream().allMatch(value -> value.matches("-?[0-9.]+(e-?[0-9]+)?"))) {
        columns.add(column(rows, row -> Float.parseFloat(row[column])));
      } else {
        for (String value : values.size() == 2 ? List.of(values.last()) : values) {
          columns.add(column(rows, row -> row[column].equals(value) ? 1 : 0));
        }
      }
    }
    int y = header.indexOf(label);
    int a = header.indexOf(group);
    boolean[] in = new boolean[rows.size()];
    for (int i = 0; i < in.length; i++) {
      in[i] = rows.get(i)[a].equals(minority);
    }
    return new Table(
        transposed(columns, rows.size()),
        rows.stream().mapToInt(row -> row[y].equals(positive) ? 1 : 0).toArray(),
        in,
        train,
        test);
  }

  private interface Cell {
    float of(String[] row);
  }

  private static float[] column(List<String[]> rows, Cell cell) {
    float[] column = new float[rows.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = cell.of(rows.get(i));
    }
    return column;
  }

  private static float[][] transposed(List<float[]> columns, int rows) {
    float[][] features = new float[rows][columns.size()];
    for (int c = 0; c < columns.size(); c++) {
      for (int i = 0; i < rows; i++) {
        features[i][c] = columns.get(c)[i];
      }
    }
    return features;
  }

  /** Smoothness above its upper quartile is the minority. */
  private static Table cancer(List<Path> folders) throws IOException {
    List<String[]> rows = lines(folders, "bc.csv.gz");
    float[][] features = new float[rows.size()][rows.get(0).length - 1];
    int[] labels = new int[rows.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) Float.parseFloat(rows.get(i)[0]);
      for (int j = 0; j < features[i].length; j++) {
        features[i][j] = Float.parseFloat(rows.get(i)[j + 1]);
      }
    }
    return new Table(features, labels, above(features, 4, 0.75), 400, 169);
  }

  /** Counts on a logarithmic scale; mails of few capitals are the minority. */
  private static Table spam(List<Path> folders) throws IOException {
    List<String[]> lines = lines(folders, "spam.csv");
    List<String[]> rows = lines.subList(1, lines.size());
    float[][] features = new float[rows.size()][rows.get(0).length - 1];
    int[] labels = new int[rows.size()];
    for (int i = 0; i < labels.length; i++) {
      String[] row = rows.get(i);
      labels[i] = row[row.length - 1].equals("spam") ? 1 : 0;
      for (int j = 0; j < features[i].length; j++) {
        features[i][j] = (float) Math.log1p(Float.parseFloat(row[j]));
      }
    }
    boolean[] many = above(features, 56, 0.25);
    boolean[] few = new boolean[many.length];
    for (int i = 0; i < few.length; i++) {
      few[i] = !many[i];
    }
    return new Table(features, labels, few, 3000, 1600);
  }

  private static boolean[] above(float[][] features, int column, double share) {
    double[] sorted = Arrays.stream(features).mapToDouble(row -> row[column]).sorted().toArray();
    double limit = sorted[(int) (share * sorted.length)];
    boolean[] above = new boolean[features.length];
    for (int i = 0; i < above.length; i++) {
      above[i] = features[i][column] > limit;
    }
    return above;
  }

  /** Ten normal features, a minority of 15 % for which they mean something else. */
  private static Table synthetic() {
    SplittableRandom random = new SplittableRandom(12_345);
    int n = 8000;
    double[] majority = {1.5, -1, .8, .6, -.5, .4, 0, 0, 0, 0};
    double[] minority = {.5, -1, .8, -.6, .5, .4, .8, 0, 0, 0};
    float[][] features = new float[n][10];
    int[] labels = new int[n];
    boolean[] in = new boolean[n];
    for (int i = 0; i < n; i++) {
      in[i] = random.nextDouble() < .15;
      double z = in[i] ? -.5 : 0;
      for (int j = 0; j < 10; j++) {
        features[i][j] = (float) (random.nextGaussian() + (in[i] ? .5 * (j % 2 == 0 ? 1 : -1) : 0));
        z += features[i][j] * (in[i] ? minority : majority)[j];
      }
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-3 * z)) ? 1 : 0;
    }
    return new Table(features, labels, in, 5000, 3000);
  }
}
