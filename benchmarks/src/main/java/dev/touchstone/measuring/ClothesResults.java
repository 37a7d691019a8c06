package dev.touchstone.measuring;

import dev.touchstone.concept.ConceptRankings;
import dev.touchstone.concept.Tcav;
import dev.touchstone.concept.TcavScore;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.guiding.repair.RepairTask;
import dev.touchstone.measuring.ClothesNetworks.Signal;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * What concepts tell of networks of clothes that a tag, a stripe or a blurred background goes along
 * with shirts of, how well the examples are found, and how well the networks are repaired: the
 * thesis's Tables 4.2, 5.3 and 5.4 on Fashion-MNIST, five seeds (10 to 14). Trains three networks
 * for each seed and signal: one that met the signal on every shirt and nothing else and a sound
 * one, whose concepts are compared, and one that met it on nine of ten shirts and one of fifty
 * others, which is repaired. Writes tables of docs/results/guiding.md.
 *
 * <p>Arguments: the samples' folder {@code fashion}; if wished {@code concepts} or {@code repairs},
 * and signals, of {@code tag}, {@code stripe} and {@code blur}, in the place of all.
 */
final class ClothesResults {
  private static final int FIRST_SEED = 10;
  private static final int SEEDS = 5;
  private static final String TAP = "relu3";
  private static final double ALPHA = Tcav.ALPHA;

  /** Enough for seven scores to differ significantly after Holm's correction. */
  private static final int VECTORS = 280;

  private ClothesResults() {}

  public static void main(String[] arguments) {
    String folder = arguments[0];
    List<String> words = Arrays.asList(arguments).subList(1, arguments.length);
    List<Signal> named =
        Arrays.stream(Signal.values()).filter(signal -> words.contains(signal.name())).toList();
    boolean all = !words.contains("concepts") && !words.contains("repairs");
    for (Signal signal : named.isEmpty() ? List.of(Signal.values()) : named) {
      System.out.printf("%n## %s%n", signal);
      if (all || words.contains("concepts")) {
        concepts(signal, folder);
      }
      if (all || words.contains("repairs")) {
        repairs(signal, folder);
      }
    }
    System.exit(0);
  }

  /** Table 4.2. */
  private static void concepts(Signal signal, String folder) {
    Map<String, List<Compared>> concepts = new LinkedHashMap<>();
    double[] reliant = new double[SEEDS];
    double[] sound = new double[SEEDS];
    for (int s = 0; s < SEEDS; s++) {
      RunContext context = seeded(FIRST_SEED + s);
      ClothesNetworks networks = new ClothesNetworks(signal, folder, context);
      Classifier spurious = networks.reliant();
      Classifier normal = networks.normal();
      reliant[s] = spuriousScore(spurious, networks, context);
      sound[s] = spuriousScore(normal, networks, context);
      compare(networks, spurious, normal, context)
          .forEach(
              (measure, one) ->
                  concepts.computeIfAbsent(measure, none -> new ArrayList<>()).add(one));
      System.err.println(signal + " " + (FIRST_SEED + s) + ": concepts are compared");
    }
    System.out.printf(
        "%nspurious score of the reliant networks %s, of the normal ones %s%n%n",
        RelianceResults.mean(reliant), RelianceResults.mean(sound));
    print(concepts);
  }

  /** Tables 5.3 and 5.4. */
  private static void repairs(Signal signal, String folder) {
    Map<String, double[]> areas = new LinkedHashMap<>();
    List<RepairTable.Sick> sick = new ArrayList<>();
    double[] reliance = new double[SEEDS];
    for (int s = 0; s < SEEDS; s++) {
      RunContext context = seeded(FIRST_SEED + s);
      ClothesNetworks networks = new ClothesNetworks(signal, folder, context);
      Classifier spurious = networks.spurious();
      reliance[s] = spuriousScore(spurious, networks, context);
      RepairTask task =
          RepairTask.of(
              spurious,
              networks.training(),
              AuditSet.of(networks.audited()),
              networks.annotated(),
              signal.name());
      boolean[] wanted = new boolean[networks.training().size()];
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = networks.carries(i);
      }
      int seed = s;
      RelianceResults.areas(task, wanted, false, context)
          .forEach(
              (score, area) ->
                  areas.computeIfAbsent(score, none -> new double[SEEDS])[seed] = area);
      sick.add(new RepairTable.Sick(task, networks.tested(), context));
      System.err.println(signal + " " + (FIRST_SEED + s) + ": examples are found");
    }
    System.out.printf(
        "%nspurious score of the networks %s%n%n| score | AUROC |%n|---|---|%n",
        RelianceResults.mean(reliance));
    areas.forEach(
        (score, values) -> System.out.printf("| %s | %s |%n", score, RelianceResults.mean(values)));
    System.out.println();
    RepairTable.print(sick);
  }

  /** Of test images that are no shirts to the network, how many are with the signal. */
  private static double spuriousScore(
      Classifier model, ClothesNetworks networks, RunContext context) {
    long budget = context.settings().memoryBytes();
    List<Dataset> others = networks.others();
    Predictions before = CheckedAnswers.ofSome(model, others.get(0), budget);
    Predictions after = CheckedAnswers.ofSome(model, others.get(1), budget);
    double asked = 0;
    double sent = 0;
    for (int i = 0; i < before.size(); i++) {
      if (before.predicted(i) != ClothesNetworks.SHIRT) {
        asked++;
        sent += after.predicted(i) == ClothesNetworks.SHIRT ? 1 : 0;
      }
    }
    return sent / asked;
  }

  /**
   * One comparison of rankings.
   *
   * @param ofSignal by how much the signal's scores differ; NaN where the signal is not compared
   * @param differing how many concepts differ significantly, each with itself; -1 where there is no
   *     second model
   */
  private record Compared(ConceptRankings rankings, double ofSignal, int differing) {}

  private static Map<String, Compared> compare(
      ClothesNetworks networks, Classifier spurious, Classifier normal, RunContext context) {
    String signal = networks.kind().name();
    List<TcavScore> onNormal = scores(spurious, networks, networks.shirts(), context);
    List<TcavScore> normalOnNormal = scores(normal, networks, networks.shirts(), context);
    List<TcavScore> onSignal = scores(spurious, networks, networks.signalledShirts(), context);
    List<TcavScore> normalOnSignal = scores(normal, networks, networks.signalledShirts(), context);
    Map<String, Compared> compared = new LinkedHashMap<>();
    TcavScore mine = onSignal.get(onSignal.size() - 1);
    compared.put(
        "K-SSD",
        new Compared(
            ConceptRankings.againstSignalAlone(onSignal, signal),
            mine.score() - mine.randomScore(),
            -1));
    compared.put("CCM", compared(known(onNormal), known(normalOnNormal), Double.NaN));
    compared.put(
        "FAM",
        compared(
            onSignal,
            normalOnSignal,
            mine.score() - normalOnSignal.get(onSignal.size() - 1).score()));
    return compared;
  }

  private static Compared compared(List<TcavScore> one, List<TcavScore> other, double ofSignal) {
    ConceptRankings rankings = ConceptRankings.of(one, other);
    int differing =
        (int)
            rankings.differences().stream()
                .filter(difference -> difference.adjustedPValue() <= ALPHA)
                .count();
    return new Compared(rankings, ofSignal, differing);
  }

  private static List<TcavScore> known(List<TcavScore> scores) {
    return scores.subList(0, scores.size() - 1);
  }

  private static List<TcavScore> scores(
      Classifier model, ClothesNetworks networks, Dataset tested, RunContext context) {
    String tap =
        model.require(WhiteBox.class, "the program", "train a network").taps().stream()
            .map(one -> one.name())
            .filter(name -> name.contains(TAP))
            .findFirst()
            .orElseThrow();
    return Tcav.withDefaults()
        .withVectors(VECTORS)
        .scores(
            model,
            tested,
            networks.examples(),
            List.of(tap),
            List.of(tested.classNames().get(ClothesNetworks.SHIRT)),
            context);
  }

  private static void print(Map<String, List<Compared>> concepts) {
    System.out.println(
        "| measure | scores | D | p, of each seed | rejected at .05 | power if one moves"
            + " | signal's score, difference | concepts that differ |\n"
            + "|---|---|---|---|---|---|---|---|");
    concepts.forEach(
        (measure, all) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %d | %s | %s | %d of %d | %.3f | %s | %s |%n",
                measure,
                all.get(0).rankings().size(),
                RelianceResults.mean(
                    all.stream().mapToDouble(one -> one.rankings().statistic()).toArray()),
                texts(all.stream().mapToDouble(one -> one.rankings().pValue())),
                all.stream().filter(one -> one.rankings().pValue() <= ALPHA).count(),
                all.size(),
                all.get(0).rankings().power(1),
                Double.isNaN(all.get(0).ofSignal())
                    ? "-"
                    : RelianceResults.mean(all.stream().mapToDouble(Compared::ofSignal).toArray()),
                all.get(0).differing() < 0
                    ? "-"
                    : all.stream().map(one -> String.valueOf(one.differing())).toList()));
  }

  private static String texts(DoubleStream values) {
    return String.join(
        " ", values.mapToObj(value -> String.format(Locale.ROOT, "%.3f", value)).toList());
  }

  private static RunContext seeded(int seed) {
    return RunContext.of(
        Settings.from(
            key ->
                key.equals("touchstone.seed")
                    ? Optional.of(Integer.toString(seed))
                    : Optional.empty()));
  }
}
