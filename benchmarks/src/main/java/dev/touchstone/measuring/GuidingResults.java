package dev.touchstone.measuring;

import dev.touchstone.data.Annotations;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.guiding.BilevelResult;
import dev.touchstone.guiding.Duti;
import dev.touchstone.guiding.ModelGuiding;
import dev.touchstone.influence.Encoder;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.KohLiangInfluence;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.influence.LeaveOneOutConfidence;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.statistics.Auroc;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * How well label errors are found and mended with an audit set: the thesis's Tables 5.1 and 5.2 on
 * small data sets, 20 % uniform flips and systematic ones, on seeds 10 to 14. Detectors see what a
 * logistic regression sees, z-scored features. Writes tables of docs/results/guiding.md.
 *
 * <p>Arguments: the data sets, of {@code digits}, {@code systematic}, {@code bc}, {@code wine},
 * {@code satellite}, {@code spam}, {@code letter}, {@code hmda}, {@code hmda_systematic}, {@code
 * fashion}, {@code fashion_systematic}, {@code memorised}, {@code retrained} (all with {@code
 * all}), and the folders that hold {@code digits-memorised-*.csv.gz} and {@code
 * digits-retrained-*.csv.gz} of {@code digit_networks.py}, {@code digits.csv.gz}, {@code
 * bc.csv.gz}, {@code wine.csv.gz} (label first, no header), {@code letter.csv} (label first),
 * {@code satellite.csv} and {@code spam.csv} (label last), and the samples' folders {@code hmda},
 * of which the six concepts of credit are features, and {@code fashion}, of whose images every four
 * pixels are one.
 */
final class GuidingResults {
  private static final int FIRST_SEED = 10;
  private static final int SEEDS = 5;
  private static final double SHARE = 0.2;
  private static final int SYSTEMATIC_CLASSES = 4;

  /** Side of a picture of clothes. */
  private static final int CLOTHES = 14;

  private GuidingResults() {}

  /** Examples to learn from and to audit by, of a data set that comes in a file. */
  private enum Data {
    digits("digits", 1200, 100),
    systematic("digits", 1200, 100),
    bc("bc", 350, 100),
    wine("wine", 110, 40),
    satellite("satellite", 2000, 100),
    spam("spam", 2000, 100),
    letter("letter", 2000, 100),
    hmda("hmda", 1200, 100),
    hmda_systematic("hmda", 1200, 100),
    fashion("fashion", 2000, 100),
    fashion_systematic("fashion", 2000, 100),
    memorised("digits-memorised", 1200, 100),
    retrained("digits-retrained", 1200, 100);

    private final String file;
    private final int train;
    private final int audit;

    Data(String file, int train, int audit) {
      this.file = file;
      this.train = train;
      this.audit = audit;
    }

    /** What a network sees that was trained with the wrong labels: a file for each seed. */
    boolean isOfNetworks() {
      return this == memorised || this == retrained;
    }

    /** Many classes on the kernel's 200 features: minutes a seed. */
    boolean isLong() {
      return this == letter || file.equals("fashion");
    }
  }

  private record Table(float[][] features, int[] labels, int classes) {}

  /** What a detector says: suspicion, and the class it would put in the place of the given one. */
  private record Said(double[] suspicion, int[] other, String how) {}

  private interface Method {
    Said of(InfluenceContext context, AuditSet audit);
  }

  private static final String IMPORTANCES = "as published, importances";

  private static final Map<String, Method> METHODS = new LinkedHashMap<>();

  static {
    METHODS.put(
        "loss",
        (context, audit) ->
            new Said(context.head().losses(), others(context.head().predictions(), context), ""));
    METHODS.put(
        "leave-one-out",
        (context, audit) ->
            new Said(
                LeaveOneOutConfidence.withDefaults().detect(context).suspicion(),
                others(context.head().leaveOneOutPredictions(), context),
                ""));
    METHODS.put(
        "influence on audit",
        (context, audit) -> {
          LabelIssues issues = KohLiangInfluence.withDefaults().onLossOf(audit).detect(context);
          return new Said(issues.suspicion(), issues.proposed().orElseThrow(), "");
        });
    METHODS.put(
        "DUTI, linear",
        (context, audit) -> said(Duti.with(audit).onLinearHead(0.01).update(context)));
    METHODS.put("DUTI", (context, audit) -> said(Duti.with(audit).update(context)));
    METHODS.put(
        "as published",
        (context, audit) -> said(ModelGuiding.with(audit).asPublished().update(context)));
    METHODS.put(
        IMPORTANCES,
        (context, audit) ->
            said(ModelGuiding.with(audit).asPublished().matchingImportances().update(context)));
    METHODS.put("guiding", (context, audit) -> said(ModelGuiding.with(audit).update(context)));
  }

  private static Said said(BilevelResult result) {
    return new Said(result.suspicion(), result.proposed(), result.describe());
  }

  private static int[] others(Matrix predictions, InfluenceContext context) {
    int[] others = new int[predictions.rows()];
    for (int i = 0; i < others.length; i++) {
      int given = context.training().label(i);
      int best = given == 0 ? 1 : 0;
      for (int c = 0; c < predictions.columns(); c++) {
        best = c != given && predictions.get(i, c) > predictions.get(i, best) ? c : best;
      }
      others[i] = best;
    }
    return others;
  }

  public static void main(String[] arguments) throws IOException {
    List<Data> sets = new ArrayList<>();
    List<Path> folders = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.equals("all")) {
        sets.addAll(List.of(Data.values()));
      } else if (Arrays.stream(Data.values()).anyMatch(d -> d.name().equals(argument))) {
        sets.add(Data.valueOf(argument));
      } else {
        folders.add(Path.of(argument));
      }
    }
    StringBuilder areas = new StringBuilder();
    StringBuilder fixes = new StringBuilder();
    StringBuilder seconds = new StringBuilder();
    StringBuilder shares = new StringBuilder();
    for (Data set : sets) {
      double[][][] figures = new double[METHODS.size()][4][SEEDS];
      for (int s = 0; s < SEEDS; s++) {
        measure(
            set.isOfNetworks()
                ? ofNetwork(set, folders, FIRST_SEED + s)
                : planted(set, read(set, folders), FIRST_SEED + s),
            set,
            s,
            figures);
      }
      row(areas, set, figures, 0);
      row(fixes, set, figures, 1);
      row(seconds, set, figures, 2);
      shares.append(
          String.format(
              Locale.ROOT, "%s %.3f%n", set, Arrays.stream(figures[0][3]).average().orElseThrow()));
    }
    print("Detection, AUROC", areas);
    print("Mended, share of the wrong labels whose right class is proposed", fixes);
    print("Seconds", seconds);
    System.out.println("\nShare of wrong labels, mean\n\n" + shares);
  }

  private static void print(String what, CharSequence rows) {
    System.out.println("\n" + what + "\n");
    System.out.println("| | " + String.join(" | ", METHODS.keySet()) + " |");
    System.out.println("|---" + "|---".repeat(METHODS.size()) + "|");
    System.out.print(rows);
  }

  private static void row(StringBuilder table, Data set, double[][][] figures, int figure) {
    table.append("| ").append(set.name()).append(" |");
    for (double[][] method : figures) {
      double mean = Arrays.stream(method[figure]).average().orElseThrow();
      if (Double.isNaN(mean)) {
        table.append(" - |");
        continue;
      }
      double square =
          Arrays.stream(method[figure]).map(v -> (v - mean) * (v - mean)).sum() / (SEEDS - 1);
      table.append(String.format(Locale.ROOT, " %.3f ± %.3f |", mean, Math.sqrt(square / SEEDS)));
    }
    table.append('\n');
  }

  /** Training data with right labels and with wrong ones, and an audit set. */
  private record Planted(Dataset clean, Dataset given, AuditSet audit) {}

  private static Planted planted(Data set, Table table, int seed) {
    RandomStreams random = new RandomStreams(seed);
    int[] order = PermutationSampler.natural(table.labels().length);
    PermutationSampler.shuffle(random.of("split"), order);
    Dataset clean = select(table, Arrays.copyOf(order, set.train), "train");
    AuditSet audit =
        AuditSet.of(
            select(table, Arrays.copyOfRange(order, set.train, set.train + set.audit), "audit"));
    if (set.file.equals("hmda")) {
      audit = audit.annotatedBy(underwriting(audit.data()));
    }
    LabelNoise noise =
        switch (set) {
          case systematic, fashion_systematic -> LabelNoise.systematic(SYSTEMATIC_CLASSES);
          case hmda_systematic -> LabelNoise.systematic(1);
          default -> LabelNoise.uniform(SHARE);
        };
    return new Planted(
        clean, clean.withLabels(noise.relabelled(clean, random.of("noise")), "with errors"), audit);
  }

  /** What sample-tests/scripts/digit_networks.py wrote. */
  private static Planted ofNetwork(Data set, List<Path> folders, int seed) throws IOException {
    String name = "%s-%d.csv.gz".formatted(set.file, seed);
    Path file =
        folders.stream()
            .map(folder -> folder.resolve(name))
            .filter(Files::exists)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no " + name + " in " + folders));
    List<float[]> features = new ArrayList<>();
    List<Integer> right = new ArrayList<>();
    List<Integer> said = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] cells = line.split(",");
        float[] row = new float[cells.length - 3];
        for (int j = 0; j < row.length; j++) {
          row[j] = Float.parseFloat(cells[j + 3]);
        }
        features.add(row);
        right.add(Integer.parseInt(cells[1]));
        said.add(Integer.parseInt(cells[2]));
      }
    }
    Table table =
        new Table(features.toArray(float[][]::new), right.stream().mapToInt(i -> i).toArray(), 10);
    Dataset clean = select(table, IntStream.range(0, set.train).toArray(), "train");
    int[] given = said.stream().limit(set.train).mapToInt(i -> i).toArray();
    return new Planted(
        clean,
        clean.withLabels(given, "with errors"),
        AuditSet.of(select(table, IntStream.range(set.train, features.size()).toArray(), "audit")));
  }

  private static void measure(Planted planted, Data set, int s, double[][][] figures) {
    Dataset clean = planted.clean();
    Dataset given = planted.given();
    AuditSet audit = planted.audit();
    boolean[] wrong = new boolean[set.train];
    for (int i = 0; i < wrong.length; i++) {
      wrong[i] = given.label(i) != clean.label(i);
    }
    Encoder encoder = data -> RowSource.of(rows(data));
    FittedHead head =
        LogisticHead.withDefaults()
            .fit(HeadData.of(encoder.encode(given), given.labels(), given.classNames().size()));
    InfluenceContext context =
        new InfluenceContext(given, head, encoder, List.of(), RunContext.current());
    int m = 0;
    for (Map.Entry<String, Method> method : METHODS.entrySet()) {
      if (set.isLong() && method.getKey().equals("DUTI")
          || !audit.hasImportances() && method.getKey().equals(IMPORTANCES)) {
        Arrays.stream(figures[m]).forEach(figure -> Arrays.fill(figure, Double.NaN));
        m++;
        continue;
      }
      long start = System.nanoTime();
      Said said = method.getValue().of(context, audit);
      double took = (System.nanoTime() - start) / 1e9;
      int errors = 0;
      int mended = 0;
      for (int i = 0; i < wrong.length; i++) {
        errors += wrong[i] ? 1 : 0;
        mended += wrong[i] && said.other()[i] == clean.label(i) ? 1 : 0;
      }
      figures[m][0][s] = Auroc.of(said.suspicion(), wrong).value();
      figures[m][1][s] = (double) mended / errors;
      figures[m][2][s] = took;
      figures[m][3][s] = (double) errors / wrong.length;
      System.err.printf(
          Locale.ROOT,
          "%s %d %s: AUROC %.4f, mended %.3f, %.1f s. %s%n",
          set,
          FIRST_SEED + s,
          method.getKey(),
          figures[m][0][s],
          figures[m][1][s],
          took,
          said.how());
      m++;
    }
  }

  /**
   * What sample-tests/scripts/audit_mortgages.py takes for a rule of underwriting: payments above
   * 43 % of income, a loan above 95 % of the value, a bad public record and serious late payments
   * speak for a denial, their absence for the loan; the other two concepts mean nothing.
   */
  private static Annotations underwriting(Dataset data) {
    double[][] values = new double[data.size()][];
    int[][] importances = new int[data.size()][];
    Matrix rows = rows(data);
    for (int j = 0; j < values.length; j++) {
      values[j] = rows.row(j);
      int[] forDenial = {
        values[j][0] > 0.43 ? 1 : -1,
        0,
        values[j][2] > 0.95 ? 1 : -1,
        values[j][3] >= 5 ? 1 : -1,
        0,
        values[j][5] == 1 ? 1 : -1
      };
      int toLabel = data.label(j) == 1 ? 1 : -1;
      importances[j] = Arrays.stream(forDenial).map(s -> s * toLabel).toArray();
    }
    return Annotations.of(OF_CREDIT, values).withImportances(importances);
  }

  private static Matrix rows(Dataset data) {
    float[] values = data.batch(0, data.size()).values();
    Matrix rows = Matrix.zeros(data.size(), values.length / data.size());
    for (int i = 0; i < values.length; i++) {
      rows.values()[i] = values[i];
    }
    return rows;
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
        .classNames(IntStream.range(0, table.classes()).mapToObj(Integer::toString).toList())
        .build();
  }

  private static final List<String> OF_CREDIT =
      List.of("pirat", "hirat", "lvrat", "chist", "mhist", "phist");

  /** Boston mortgages: was it denied, by the six concepts of credit. */
  private static Table mortgages(Path folder) throws IOException {
    List<float[]> features = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (String part : List.of("train.csv", "test.csv")) {
      List<String> lines = Files.readAllLines(folder.resolve(part));
      List<String> header = List.of(lines.get(0).split(","));
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split(",");
        float[] row = new float[OF_CREDIT.size()];
        for (int j = 0; j < row.length; j++) {
          String cell = cells[header.indexOf(OF_CREDIT.get(j))];
          row[j] = cell.equals("yes") ? 1 : cell.equals("no") ? 0 : Float.parseFloat(cell);
        }
        features.add(row);
        labels.add(cells[header.indexOf("deny")].equals("yes") ? 1 : 0);
      }
    }
    return new Table(
        features.toArray(float[][]::new), labels.stream().mapToInt(i -> i).toArray(), 2);
  }

  /** Fashion-MNIST, of every four pixels the mean. */
  private static Table clothes(Path folder) {
    Dataset images =
        Datasets.idx(
                folder.resolve("train-images-idx3-ubyte.gz").toString(),
                folder.resolve("train-labels-idx1-ubyte.gz").toString())
            .scaledBy(1 / 255f)
            .load();
    float[][] features = new float[images.size()][CLOTHES * CLOTHES];
    for (int i = 0; i < features.length; i++) {
      float[] pixels = images.batch(i).values();
      for (int at = 0; at < pixels.length; at++) {
        int row = at / (2 * CLOTHES) / 2;
        int column = at % (2 * CLOTHES) / 2;
        features[i][CLOTHES * row + column] += pixels[at] / 4;
      }
    }
    return new Table(features, images.labels(), images.classNames().size());
  }

  private static Table read(Data set, List<Path> folders) throws IOException {
    for (Path folder : folders) {
      Path own = folder.resolve(set.file);
      if (Files.isDirectory(own) && set.file.equals("hmda")) {
        return mortgages(own);
      }
      if (Files.isDirectory(own) && set.file.equals("fashion")) {
        return clothes(own);
      }
    }
    List<String[]> lines = new ArrayList<>();
    Path found = null;
    for (Path folder : folders) {
      for (String ending : List.of(".csv", ".csv.gz")) {
        Path file = folder.resolve(set.file + ending);
        found = Files.exists(file) ? file : found;
      }
    }
    if (found == null) {
      throw new IllegalArgumentException("no " + set.file + ".csv or .csv.gz in " + folders);
    }
    try (InputStream in = Files.newInputStream(found);
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(
                    found.toString().endsWith(".gz") ? new GZIPInputStream(in) : in,
                    StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line.replace("\"", "").split(","));
      }
    }
    boolean plain = found.toString().endsWith(".gz");
    if (!plain) {
      lines.remove(0);
    }
    int width = lines.get(0).length - 1;
    int labelAt = plain || set == Data.letter ? 0 : width;
    List<String> classes =
        new ArrayList<>(new TreeSet<>(lines.stream().map(cells -> cells[labelAt]).toList()));
    float[][] features = new float[lines.size()][width];
    int[] labels = new int[lines.size()];
    for (int i = 0; i < labels.length; i++) {
      String[] cells = lines.get(i);
      labels[i] = classes.indexOf(cells[labelAt]);
      int at = 0;
      for (int j = 0; j < cells.length; j++) {
        if (j != labelAt) {
          float value = Float.parseFloat(cells[j]);
          features[i][at++] = set == Data.spam ? (float) Math.log1p(value) : value;
        }
      }
    }
    return new Table(features, labels, classes.size());
  }
}
