package dev.touchstone.concept;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Model;
import dev.touchstone.model.StatedOrder;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.MultipleTesting;
import dev.touchstone.statistics.ReplicatedShare;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Testing with concept activation vectors (Kim et al. 2018; thesis, sections 3.3 and A.1): for what
 * share of a class's examples does the class's score rise where what the network holds at a tap
 * moves towards a concept?
 *
 * <pre>S(x) = ∇h_k(f_l(x)) · v,   score = |{x of class k : S(x) > 0}| / |{x of class k}|</pre>
 *
 * <p>v is the unit normal of a {@linkplain #withRidge ridged} logistic regression that tells values
 * at the tap with the concept from those without, solved to convergence. h_k is the class's score
 * before a final softmax, not its probability: that saturates, and its derivatives have the sign of
 * all classes' scores together. (The thesis prints the sensitivity S; that the score is the share
 * above 0 is from the paper's equation 2.)
 *
 * <p>Of each concept, tap and class there are
 *
 * <ul>
 *   <li>one vector of all the concept's examples, which has the score;
 *   <li>100 vectors of random halves of them, which have the interval: see {@link
 *       TcavScore#excess};
 *   <li>one vector for each random set of the pool, as many examples against as many others as the
 *       concept has. The p-value is the rank of the concept's one score among theirs, by its
 *       distance from ½, and where that is the same by the size of the mean derivative. Holm's
 *       correction goes over all scores that are asked for together.
 * </ul>
 *
 * <p>The published test, Student's t of a concept's many vectors against random ones, takes vectors
 * that share their examples for independent; it found a difference where there is none in 29, 47
 * and 72 % of cases with 10, 30 and 100 vectors (nominal 5 %). {@link #withPublishedTest()} is
 * there to compare with what others have published.
 *
 * <p>A score says how often, not how much: {@link TcavScore#change} stands beside it. Behind the
 * last nonlinearity a class's gradient is the same for all examples, and every score is 0 or 1.
 */
public final class Tcav {
  /** What p-values after correction are compared with. */
  public static final double ALPHA = 0.05;

  /** Fewer have halves that tell nothing. */
  public static final int FEWEST_CONCEPT_EXAMPLES = 10;

  private static final int VECTORS = 100;
  private static final int USUAL_RANDOM_SETS = 199;
  private static final int AS_NEEDED = 0;
  private static final int EXAMPLES = 200;
  private static final double RIDGE = 0.01;

  /** So many of a pool are as good as all: random sets of a few dozen hardly share any. */
  private static final int MOST_OF_A_POOL = 2000;

  private final int vectors;
  private final int randomSets;
  private final int examples;
  private final double ridge;
  private final boolean published;

  private Tcav(int vectors, int randomSets, int examples, double ridge, boolean published) {
    this.vectors = vectors;
    this.randomSets = randomSets;
    this.examples = examples;
    this.ridge = ridge;
    this.published = published;
  }

  /**
   * Returns TCAV with 100 vectors from halves, 199 random sets or as many more as there are tests
   * for, up to 200 examples of each class, and a ridge of 0.01. Random sets are drawn from up to
   * 2,000 examples of a pool, or twice as many as one takes.
   */
  public static Tcav withDefaults() {
    return new Tcav(VECTORS, AS_NEEDED, EXAMPLES, RIDGE, false);
  }

  /**
   * Learns another number of vectors from halves of a concept's examples.
   *
   * @throws IllegalArgumentException for fewer than 50, which carry no interval at 95 %
   */
  public Tcav withVectors(int number) {
    if (number < ReplicatedShare.FEWEST_REPLICATES) {
      throw new IllegalArgumentException(
          "at least %d vectors, was %d".formatted(ReplicatedShare.FEWEST_REPLICATES, number));
    }
    return new Tcav(number, randomSets, examples, ridge, published);
  }

  /**
   * Draws another number of random sets, in place of 199 or as many as the tests need.
   *
   * @throws IllegalArgumentException for fewer than 19, with which nothing can be significant
   */
  public Tcav withRandomSets(int number) {
    int fewest = Significance.fewestRandomSets(1, ALPHA);
    if (number < fewest) {
      throw new IllegalArgumentException(
          "at least %d random sets, or no rank is significant at %s; was %d"
              .formatted(fewest, ALPHA, number));
    }
    return new Tcav(vectors, number, examples, ridge, published);
  }

  /**
   * Takes up to so many examples of each class, drawn by the run's seed.
   *
   * @throws IllegalArgumentException for fewer than 10
   */
  public Tcav withExamples(int number) {
    if (number < FEWEST_CONCEPT_EXAMPLES) {
      throw new IllegalArgumentException(
          "at least %d examples of a class, was %d".formatted(FEWEST_CONCEPT_EXAMPLES, number));
    }
    return new Tcav(vectors, randomSets, number, ridge, published);
  }

  /**
   * Learns vectors with another ridge λ, of values that are divided by the root mean square of
   * their distances from their mean, so that it means the same at every tap.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public Tcav withRidge(double lambda) {
    if (!(lambda > 0 && lambda < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the ridge must be positive, was " + lambda);
    }
    return new Tcav(vectors, randomSets, examples, lambda, published);
  }

  /**
   * Takes p-values by the published t test, whose error is not what it says: see the class. Its
   * vectors are learnt from all of a concept's examples, each against others of the pool.
   */
  public Tcav withPublishedTest() {
    return new Tcav(vectors, randomSets, examples, ridge, true);
  }

  /** Returns how many vectors are learnt from halves of a concept's examples. */
  public int vectors() {
    return vectors;
  }

  /** Returns the settings by name. */
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("vectors", String.valueOf(vectors));
    settings.put("random sets", randomSets == AS_NEEDED ? "as needed" : String.valueOf(randomSets));
    settings.put("examples of a class", String.valueOf(examples));
    settings.put("examples of a pool", String.valueOf(MOST_OF_A_POOL));
    settings.put("ridge", String.valueOf(ridge));
    settings.put("test", test());
    return settings;
  }

  private String test() {
    return published ? "published t test" : "rank among random sets";
  }

  /**
   * Scores one concept at one place for one class.
   *
   * @see #scores(Model, Dataset, List, List, List, RunContext)
   */
  public TcavScore score(
      Model model,
      Dataset tested,
      ConceptExamples concept,
      String node,
      String className,
      RunContext context) {
    return scores(model, tested, List.of(concept), List.of(node), List.of(className), context)
        .get(0);
  }

  /**
   * Scores every concept at every place for every class, in one pass over the data. Where memory
   * has no room for what the network holds of all concepts' examples at these places, it waits in a
   * temporary file, 4 bytes a number (of a network in double precision 8), if the disk has twice
   * that to spare; else examples go through the network several times.
   *
   * @param tested with labels; of each class its own examples
   * @param concepts each with a {@linkplain ConceptExamples#besideRandomSetsOf pool}
   * @param nodes the names of nodes, as {@link WhiteBox#taps} lists them
   * @param classes by their names in the data
   * @return as many as concepts × nodes × classes, classes the fastest and concepts the slowest
   * @throws dev.touchstone.model.MissingCapabilityException if the model is no white box
   * @throws IllegalArgumentException for a node that there is not; the message names the nearest
   * @throws TouchstoneException for classes in another order than the model's file states, a class
   *     that has no examples, a concept with too few examples or without a pool, a pool that is too
   *     small or shares an example with the concept or with what is tested, too few random sets for
   *     so many tests, or a tap where no derivative arrives
   */
  public List<TcavScore> scores(
      Model model,
      Dataset tested,
      List<ConceptExamples> concepts,
      List<String> nodes,
      List<String> classes,
      RunContext context) {
    if (concepts.isEmpty() || nodes.isEmpty() || classes.isEmpty()) {
      throw new IllegalArgumentException(
          "%d concepts, %d nodes and %d classes; at least one of each"
              .formatted(concepts.size(), nodes.size(), classes.size()));
    }
    WhiteBox box = Taps.boxOf(model);
    List<Tap> taps = nodes.stream().map(node -> Taps.fixed(box, node)).toList();
    int tests = concepts.size() * nodes.size() * classes.size();
    int drawn = randomSetsFor(tests);
    StatedOrder.require(model, tested);
    Tested chosen = Tested.of(tested, classes, examples, context);
    concepts.forEach(concept -> requireUsable(concept, chosen.data()));

    List<ConceptExamples> drawnFrom =
        concepts.stream().map(concept -> withPartOfPool(concept, context)).toList();
    Layout layout = Layout.of(drawnFrom, published);
    List<TapProducts> products =
        TapProducts.of(
            box,
            taps,
            layout.groups(),
            chosen.data(),
            Quantity.ofClass(chosen.data().labels()),
            context);
    List<TcavScore> scores = new ArrayList<>();
    Map<RandomKey, double[][]> random = new LinkedHashMap<>();
    for (ConceptExamples concept : drawnFrom) {
      for (int t = 0; t < taps.size(); t++) {
        Tap tap = taps.get(t);
        TapProducts at = products.get(t);
        chosen.requireDerivatives(at, tap);
        ConceptVectors vectorsOf = layout.vectors(concept, at, ridge, context);
        double[][] ofRandom =
            random.computeIfAbsent(
                new RandomKey(
                    tap,
                    concept.pool().orElseThrow().sha256(),
                    concept.positives().size(),
                    concept.negativesOfAVector()),
                key -> vectorsOf.randomSets(drawn));
        scores.addAll(scores(concept, tap, vectorsOf, ofRandom, chosen));
      }
      context
          .progress()
          .step("concepts", scores.size() / (taps.size() * classes.size()), concepts.size());
    }
    double[] adjusted =
        MultipleTesting.holm(scores.stream().mapToDouble(TcavScore::pValue).toArray());
    return IntStream.range(0, adjusted.length)
        .mapToObj(i -> scores.get(i).adjusted(adjusted[i]))
        .toList();
  }

  /** Random sets that are the same at a tap. */
  private record RandomKey(Tap tap, String pool, int with, int without) {}

  private int randomSetsFor(int tests) {
    int fewest = Significance.fewestRandomSets(tests, ALPHA);
    if (randomSets == AS_NEEDED) {
      return Math.max(USUAL_RANDOM_SETS, fewest);
    }
    if (randomSets < fewest && !published) {
      throw new TouchstoneException(
          "%d random sets for %d tests (concepts x nodes x classes): after Holm's correction no rank among fewer than %d is significant at %s; draw withRandomSets(%d), or leave the number out"
              .formatted(randomSets, tests, fewest, ALPHA, fewest));
    }
    return randomSets;
  }

  private List<TcavScore> scores(
      ConceptExamples concept,
      Tap tap,
      ConceptVectors vectorsOf,
      double[][] random,
      Tested chosen) {
    double[] whole = vectorsOf.whole().derivatives(vectorsOf.tap());
    double[] change = vectorsOf.change();
    ConceptVectors.Half[] halves = vectorsOf.halves(vectors);
    double[][] asPublished = published ? vectorsOf.asPublished(vectors) : new double[0][];
    double separation =
        Arrays.stream(halves).mapToDouble(ConceptVectors.Half::separation).average().orElseThrow();
    List<TcavScore> scores = new ArrayList<>();
    for (int c = 0; c < chosen.labels().length; c++) {
      int[] rows = chosen.rows(c);
      int rising = count(rows, i -> whole[i] > 0);
      Significance.Standing standing = Significance.Standing.of(rows, whole);
      List<Significance.Standing> ofRandom =
          Stream.of(random).map(of -> Significance.Standing.of(rows, of)).toList();
      double p =
          published
              ? Significance.byTTest(
                  Arrays.stream(asPublished).mapToDouble(of -> share(rows, of)).toArray(),
                  ofRandom.stream().mapToDouble(Significance.Standing::score).toArray())
              : Significance.byRank(standing, ofRandom);
      scores.add(
          new TcavScore(
              concept.name(),
              tap,
              chosen.labels()[c],
              chosen.data().classNames().get(chosen.labels()[c]),
              rows.length,
              rising,
              count(rows, i -> whole[i] == 0),
              Arrays.stream(rows).mapToDouble(i -> change[i]).average().orElseThrow(),
              separation,
              Stream.of(halves).map(half -> count(rows, i -> half.derivatives()[i] > 0)).toList(),
              Stream.of(random).map(of -> count(rows, i -> of[i] > 0)).toList(),
              Significance.asFar(standing, ofRandom),
              p,
              p,
              test()));
    }
    return scores;
  }

  private static double share(int[] rows, double[] derivatives) {
    return (double) count(rows, i -> derivatives[i] > 0) / rows.length;
  }

  private static int count(int[] rows, IntPredicate counted) {
    return (int) Arrays.stream(rows).filter(counted).count();
  }

  private static void requireUsable(ConceptExamples concept, Dataset tested) {
    Dataset pool =
        concept
            .pool()
            .orElseThrow(
                () ->
                    new TouchstoneException(
                        "the concept \"%s\" has no pool that random sets are drawn from, with which its score is compared; say .besideRandomSetsOf(pool), of examples like those that the model meets"
                            .formatted(concept.name())));
    int with = concept.positives().size();
    int without = concept.negativesOfAVector();
    if (Math.min(with, without) < FEWEST_CONCEPT_EXAMPLES) {
      throw new TouchstoneException(
          "the concept \"%s\" has %d examples with it and %d without; a vector and its halves need at least %d of each"
              .formatted(concept.name(), with, without, FEWEST_CONCEPT_EXAMPLES));
    }
    requirePoolFor(concept);
    OneExampleOnce.require(concept);
    Map<String, Dataset> parts = new LinkedHashMap<>();
    parts.put(OneExampleOnce.having(concept), concept.positives());
    concept.negatives().ifPresent(lacking -> parts.put(OneExampleOnce.lacking(concept), lacking));
    parts.put("the tested examples", tested);
    OneExampleOnce.require(parts, pool);
  }

  /**
   * The concept beside a part of a large pool, the same for all concepts: inner products are those
   * of any two examples. A part that is drawn at random is as good a pool as the whole.
   */
  static ConceptExamples withPartOfPool(ConceptExamples concept, RunContext context) {
    Optional<Dataset> pool = concept.pool();
    int most =
        Math.max(MOST_OF_A_POOL, 2 * (concept.positives().size() + concept.negativesOfAVector()));
    if (pool.isEmpty() || pool.get().size() <= most) {
      return concept;
    }
    Dataset all = pool.get();
    int[] order = PermutationSampler.natural(all.size());
    PermutationSampler.shuffle(context.random().of("tcav", "pool", all.sha256()), order);
    int[] part = Arrays.copyOf(order, most);
    Arrays.sort(part);
    return concept.besideRandomSetsOf(all.select(part, most + " of them"));
  }

  /** Refuses a pool of fewer examples than a random set takes. */
  static void requirePoolFor(ConceptExamples concept) {
    int with = concept.positives().size();
    int without = concept.negativesOfAVector();
    concept
        .pool()
        .filter(pool -> pool.size() < with + without)
        .ifPresent(
            pool -> {
              throw new TouchstoneException(
                  "the pool %s has %d examples, and a random set beside the concept \"%s\" takes %d + %d; give a larger pool, or fewer examples of the concept"
                      .formatted(pool.name(), pool.size(), concept.name(), with, without));
            });
  }

  /**
   * The examples that are tested, class after class.
   *
   * @param first where each class begins, and the end
   */
  private record Tested(Dataset data, int[] labels, int[] first) {

    static Tested of(Dataset given, List<String> classes, int most, RunContext context) {
      int[] labels = classes.stream().mapToInt(given::classIndex).toArray();
      int[] first = new int[labels.length + 1];
      List<int[]> chosen = new ArrayList<>();
      for (int c = 0; c < labels.length; c++) {
        int label = labels[c];
        int[] all = IntStream.range(0, given.size()).filter(i -> given.label(i) == label).toArray();
        if (all.length == 0) {
          throw new TouchstoneException(
              "%s has no example of the class \"%s\", for which a concept is tested; it has %s"
                  .formatted(given.name(), classes.get(c), given.classCounts()));
        }
        if (all.length > most) {
          PermutationSampler.shuffle(
              context.random().of("tcav", "tested", given.sha256(), label), all);
          all = Arrays.copyOf(all, most);
          Arrays.sort(all);
        }
        chosen.add(all);
        first[c + 1] = first[c] + all.length;
      }
      return new Tested(
          given.select(
              chosen.stream().flatMapToInt(Arrays::stream).toArray(), "up to " + most + " a class"),
          labels,
          first);
    }

    int[] rows(int c) {
      return IntStream.range(first[c], first[c + 1]).toArray();
    }

    /** Refuses a tap that a class's score does not depend on. */
    void requireDerivatives(TapProducts at, Tap tap) {
      for (int c = 0; c < labels.length; c++) {
        boolean flat =
            Arrays.stream(rows(c))
                .allMatch(
                    i -> Arrays.stream(at.derivatives().row(i)).allMatch(value -> value == 0));
        if (flat) {
          throw new TouchstoneException(
              "the score of class \"%s\" has the derivative 0 at %s for all %d examples, so that no concept can move it there; take a node that it depends on, before it saturates"
                  .formatted(data.classNames().get(labels[c]), tap, first[c + 1] - first[c]));
        }
      }
    }
  }

  @Override
  public String toString() {
    return "Tcav" + settings();
  }
}
