package dev.touchstone.measuring;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.guiding.repair.AnnotatedConcepts;
import dev.touchstone.guiding.repair.Carving;
import dev.touchstone.guiding.repair.GroupDro;
import dev.touchstone.guiding.repair.GuidedBottleneck;
import dev.touchstone.guiding.repair.GuidedErasure;
import dev.touchstone.guiding.repair.LastLayerRetraining;
import dev.touchstone.guiding.repair.ModelRepair;
import dev.touchstone.guiding.repair.RepairTask;
import dev.touchstone.guiding.repair.SpreadSpuriousAttribute;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * How well a network that looks at the background is repaired: the thesis's Table 5.4 on
 * DigitBirds. Every method but the two networks refits the last layer, on what {@code
 * digit_birds.py representations} wrote of networks from several seeds. Worst-group accuracy on the
 * test digits.
 *
 * <p>With {@code hmda} and the samples' folder of that name: Boston mortgages, of which being
 * single should not matter, split anew for each of five seeds.
 *
 * <p>Argument: the folder with {@code digit-birds-*.npz}. Prints the table, and ends with an error
 * if a mean misses what NUMERICS demands: erasure at least .89 and above group DRO, the guided
 * bottleneck at least .78 and .15 above the bottleneck that is not guided.
 */
final class RepairResults {
  private static final List<String> CONCEPTS =
      Stream.concat(
              Stream.of("a", "b", "c", "d", "e", "f", "g").map("segment "::concat),
              Stream.of(
                  "loop above", "loop below", "one big loop", "diagonal", "upright", "background"))
          .toList();
  private static final double RIDGE = 0.01;

  private static final int FIRST_SEED = 10;
  private static final int SEEDS = 5;
  private static final int LEARNT = 1200;
  private static final int AUDITED = 100;
  private static final String[] OF_CREDIT = {
    "pirat", "hirat", "lvrat", "chist", "mhist", "phist=yes", "insurance=yes", "single=yes"
  };

  private RepairResults() {}

  /** One seed's data, and the last layer's view of them as if it were a table. */
  private record Seed(
      Path file, Dataset train, Dataset audit, Dataset biased, Dataset concepts, Dataset test) {

    static Seed of(Path file) {
      return new Seed(
          file,
          read(file, "train"),
          read(file, "audit"),
          read(file, "biased-audit"),
          read(file, "concepts"),
          read(file, "test"));
    }

    /** A part, whose columns are called without it. */
    private static Dataset read(Path file, String part) {
      List<String> columns = part.equals("concepts") ? CONCEPTS : List.of("background");
      Dataset read =
          Datasets.npz(file.toString())
              .features(part + " x")
              .label(part + " bird", "angular", "round")
              .groups(columns.stream().map(name -> part + " " + name).toArray(String[]::new))
              .load();
      Dataset.Builder renamed =
          Dataset.named(part)
              .features(FeatureStore.inMemory(read.batch(0, read.size()).values(), read.shape()[0]))
              .labels(read.labels())
              .classNames(read.classNames())
              .ids(IntStream.range(0, read.size()).mapToObj(i -> part + "-" + i).toList());
      for (String name : columns) {
        renamed.column(
            name,
            IntStream.range(0, read.size())
                .mapToObj(i -> read.value(part + " " + name, i))
                .toList());
      }
      return renamed.build();
    }

    AnnotatedConcepts annotated() {
      return AnnotatedConcepts.ofColumns(
          concepts,
          CONCEPTS.stream()
              .map(name -> name.equals("background") ? "background=water" : name)
              .toArray(String[]::new));
    }

    /** Probabilities that a network gave. */
    double[][] answers(String array) {
      Dataset table =
          Datasets.npz(file.toString())
              .features(array)
              .label("test bird", "angular", "round")
              .load();
      double[][] rows = new double[table.size()][2];
      for (int i = 0; i < rows.length; i++) {
        rows[i][0] = table.batch(i).values()[0];
        rows[i][1] = table.batch(i).values()[1];
      }
      return rows;
    }

    /** The last layer alone, whose representation are its features. */
    Classifier model(RunContext context) {
      return LogisticRegressionTrainer.withDefaults().withRidge(RIDGE).train(train, "", context);
    }
  }

  private static boolean onWater(Dataset data, int example) {
    return data.value("background", example).equals("water");
  }

  private static double worst(Dataset test, IntUnaryOperator predicted) {
    int[] right = new int[4];
    int[] sizes = new int[4];
    for (int i = 0; i < test.size(); i++) {
      int group = 2 * test.label(i) + (onWater(test, i) ? 1 : 0);
      sizes[group]++;
      right[group] += predicted.applyAsInt(i) == test.label(i) ? 1 : 0;
    }
    return IntStream.range(0, 4).mapToDouble(g -> (double) right[g] / sizes[g]).min().orElseThrow();
  }

  private static double worst(Seed seed, Classifier model, RunContext context) {
    Predictions predictions =
        CheckedAnswers.ofSome(model, seed.test(), context.settings().memoryBytes());
    return worst(seed.test(), predictions::predicted);
  }

  private static double worst(Seed seed, FittedHead head) {
    Matrix logits = head.logits(matrix(seed.test()));
    return worst(seed.test(), i -> logits.get(i, 1) > logits.get(i, 0) ? 1 : 0);
  }

  private static Matrix matrix(Dataset data) {
    Matrix rows = Matrix.zeros(data.size(), data.shape()[0]);
    float[] values = data.batch(0, data.size()).values();
    for (int i = 0; i < values.length; i++) {
      rows.values()[i] = values[i];
    }
    return rows;
  }

  private static FittedHead fit(Dataset data) {
    return LogisticHead.withDefaults()
        .withRidge(RIDGE)
        .fit(HeadData.of(RowSource.of(matrix(data)), data.labels(), 2));
  }

  private static double repaired(Seed seed, Dataset audit, ModelRepair repair, RunContext context) {
    RepairTask task =
        RepairTask.of(
            seed.model(context), seed.train(), AuditSet.of(audit), seed.annotated(), "background");
    return worst(seed, repair.repair(task, context).model(), context);
  }

  private interface Method {
    double worstGroup(Seed seed, RunContext context);
  }

  /** What a method is, and what it is told of groups. */
  private record Row(String name, String told, Method method) {}

  private static final List<Row> ROWS =
      List.of(
          new Row(
              "network, as trained", "nothing", (seed, context) -> ofNetwork(seed, "test answers")),
          new Row(
              "network, group DRO",
              "groups of all training examples",
              (seed, context) -> ofNetwork(seed, "test robust answers")),
          new Row(
              "last layer, refitted", "nothing", (seed, context) -> worst(seed, fit(seed.train()))),
          new Row(
              "last layer, group DRO",
              "groups of all training examples",
              (seed, context) -> repaired(seed, seed.audit(), GroupDro.withDefaults(), context)),
          new Row(
              "last layer, SSA",
              "backgrounds of the audit set",
              (seed, context) ->
                  repaired(seed, seed.audit(), SpreadSpuriousAttribute.withDefaults(), context)),
          new Row(
              "last layer, retrained by groups",
              "backgrounds of the audit set",
              (seed, context) ->
                  repaired(seed, seed.audit(), LastLayerRetraining.withDefaults(), context)),
          new Row(
              "last layer, retrained by groups of a biased audit set",
              "backgrounds of the audit set",
              (seed, context) ->
                  repaired(seed, seed.biased(), LastLayerRetraining.withDefaults(), context)),
          new Row(
              "last layer on the audit set",
              "nothing; it is balanced",
              (seed, context) -> worst(seed, fit(seed.audit()))),
          new Row(
              "last layer on a biased audit set",
              "nothing",
              (seed, context) -> worst(seed, fit(seed.biased()))),
          new Row(
              "bottleneck, not guided",
              "concepts",
              (seed, context) ->
                  worst(
                      seed,
                      Carving.withDefaults()
                          .fittedToLabels()
                          .carve(seed.model(context), seed.train(), seed.annotated(), context),
                      context)),
          new Row(
              "bottleneck, guided",
              "concepts, audit set",
              (seed, context) ->
                  repaired(seed, seed.audit(), GuidedBottleneck.withDefaults(), context)),
          new Row(
              "guided with erasure",
              "one concept, audit set",
              (seed, context) ->
                  repaired(seed, seed.audit(), GuidedErasure.withDefaults(), context)),
          new Row(
              "guided with erasure, biased audit set",
              "one concept, audit set",
              (seed, context) ->
                  repaired(seed, seed.biased(), GuidedErasure.withDefaults(), context)));

  private static double ofNetwork(Seed seed, String array) {
    double[][] answers = seed.answers(array);
    return worst(seed.test(), i -> answers[i][1] > answers[i][0] ? 1 : 0);
  }

  /**
   * Mortgages, split anew for each seed: 1,200 to learn from, 25 of each of four groups to audit
   * by, the rest to test on. The concept to ignore is being single, the others are the six of
   * credit and whether insurance was refused.
   */
  private static void mortgages(Path folder) {
    List<RepairTable.Sick> sick = new ArrayList<>();
    for (int seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      String stated = Integer.toString(seed);
      RunContext context =
          RunContext.of(
              Settings.from(
                  key -> key.equals("touchstone.seed") ? Optional.of(stated) : Optional.empty()));
      Dataset train = mortgages(folder, "train");
      Dataset all = joined(train, mortgages(folder, "test"));
      int[] order = PermutationSampler.natural(all.size());
      PermutationSampler.shuffle(context.random().of("split"), order);
      Map<String, Integer> audited = new HashMap<>();
      int[] audit =
          Arrays.stream(order)
              .filter(
                  i ->
                      audited.merge(all.label(i) + all.value("single", i), 1, Integer::sum)
                          <= AUDITED / 4)
              .toArray();
      Set<Integer> taken = Arrays.stream(audit).boxed().collect(Collectors.toSet());
      int[] others = Arrays.stream(order).filter(i -> !taken.contains(i)).toArray();
      Dataset learnt = all.select(Arrays.copyOf(others, LEARNT), "to learn from");
      AuditSet trusted = AuditSet.of(all.select(audit, "to audit by"));
      learnt = trusted.removedFrom(learnt);
      Dataset tested =
          trusted.removedFrom(
              all.select(Arrays.copyOfRange(others, LEARNT, others.length), "to test on"));
      sick.add(
          new RepairTable.Sick(
              RepairTask.of(
                  LogisticRegressionTrainer.withDefaults()
                      .withRidge(RIDGE)
                      .train(learnt, "", context),
                  learnt,
                  trusted,
                  AnnotatedConcepts.ofColumns(learnt, OF_CREDIT),
                  "single"),
              tested,
              context));
    }
    RepairTable.print(sick);
  }

  private static Dataset mortgages(Path folder, String part) {
    return Datasets.csv(folder.resolve(part + ".csv").toString())
        .schema(folder.resolve("schema.json").toString())
        .groups("pirat", "hirat", "lvrat", "chist", "mhist", "phist", "insurance", "single")
        .load();
  }

  private static Dataset joined(Dataset one, Dataset other) {
    int n = one.size();
    int all = n + other.size();
    float[] values = Arrays.copyOf(one.batch(0, n).values(), all * one.shape()[0]);
    float[] more = other.batch(0, other.size()).values();
    System.arraycopy(more, 0, values, n * one.shape()[0], more.length);
    Dataset.Builder joined =
        Dataset.named("mortgages")
            .features(FeatureStore.inMemory(values, one.shape()[0]))
            .featureNames(one.featureNames())
            .labels(
                IntStream.concat(Arrays.stream(one.labels()), Arrays.stream(other.labels()))
                    .toArray())
            .classNames(one.classNames())
            .ids(
                IntStream.range(0, all)
                    .mapToObj(i -> i < n ? one.id(i) : other.id(i - n))
                    .toList());
    for (String column : one.columns()) {
      joined.column(
          column,
          IntStream.range(0, all)
              .mapToObj(i -> i < n ? one.value(column, i) : other.value(column, i - n))
              .toList());
    }
    return joined.build();
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals("hmda")) {
      mortgages(Path.of(arguments[1]));
      return;
    }
    RunContext context = RunContext.current();
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of(arguments[0]))) {
      files = all.filter(file -> file.toString().endsWith(".npz")).sorted().toList();
    }
    List<Seed> seeds = files.stream().map(Seed::of).toList();
    Map<String, Double> means = new LinkedHashMap<>();
    System.out.println(
        "| method | is told | worst group | ± | of each seed |\n|---|---|---|---|---|");
    for (Row row : ROWS) {
      double[] worst =
          seeds.stream().mapToDouble(seed -> row.method().worstGroup(seed, context)).toArray();
      double mean = Arrays.stream(worst).average().orElseThrow();
      double squares = Arrays.stream(worst).map(w -> (w - mean) * (w - mean)).sum();
      double error = Math.sqrt(squares / (worst.length - 1) / worst.length);
      means.put(row.name(), mean);
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %.3f | %.3f | %s |%n",
          row.name(),
          row.told(),
          mean,
          error,
          String.join(
              " ",
              Arrays.stream(worst).mapToObj(w -> String.format(Locale.ROOT, "%.2f", w)).toList()));
    }
    double erased = mean(means, "guided with erasure");
    double guided = mean(means, "bottleneck, guided");
    if (erased < .89
        || erased <= mean(means, "network, group DRO")
        || guided < .78
        || guided < mean(means, "bottleneck, not guided") + .15) {
      throw new AssertionError("the gates of the worst group are missed");
    }
  }

  private static double mean(Map<String, Double> means, String method) {
    return Objects.requireNonNull(means.get(method), method);
  }
}
