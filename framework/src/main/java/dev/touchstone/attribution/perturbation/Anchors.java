package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Proportion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Anchors (Ribeiro et al. 2018): the rule of largest coverage that holds for an example and, where
 * it holds, lets the model answer as of the example with a precision above a threshold. Found by
 * the published beam search with KL-LUCB, with the authors' settings (a beam of 4, ε = .15, δ =
 * .1).
 *
 * <p>What the bandit drew was chosen by what it showed, so that its shares are too good. Precision
 * is therefore estimated on fresh draws, and coverage on the half of the training data that the
 * search did not look at: both are exact rates (Clopper-Pearson).
 *
 * <pre>{@code
 * Anchor anchor =
 *     Anchors.onTables(training).explain(model, test.inputs(7, 8), context).get(0);
 * }</pre>
 */
public final class Anchors {
  private static final String NAME = "Anchors";
  private static final int BATCH = 100;

  private final Spaces spaces;
  private final Dataset training;
  private final double threshold;
  private final int beam;
  private final int longest;
  private final int fresh;

  private Anchors(
      Spaces spaces, Dataset training, double threshold, int beam, int longest, int fresh) {
    this.spaces = spaces;
    this.training = training;
    this.threshold = threshold;
    this.beam = beam;
    this.longest = longest;
    this.fresh = fresh;
  }

  /** What can be said of examples of a kind. */
  interface Spaces {
    AnchorSpace of(Inputs example);

    String describe();
  }

  /**
   * Explains rows of a table, by the category of a text or truth value and the quarter of a number.
   * Perturbed rows are rows of the training data, of which the columns in the rule are replaced by
   * values for which it holds, each of another row.
   *
   * @throws TouchstoneException for fewer than 2 examples, or data that are no table
   */
  public static Anchors onTables(Dataset training) {
    requireSeveral(training);
    return new Anchors(new TabularAnchors.Spaces(training), training, 0.95, 4, 6, 1000);
  }

  /**
   * Explains texts by words that stand in them. Perturbed texts lack each other word with a chance
   * of one half; coverage is the share of the training texts with all of the rule's words.
   *
   * @param input the text input of the data
   * @throws TouchstoneException for fewer than 2 examples, or data without this text
   */
  public static Anchors onTexts(String input, Dataset training) {
    requireSeveral(training);
    return new Anchors(new TextAnchors.Spaces(input, training), training, 0.95, 4, 6, 1000);
  }

  private static void requireSeveral(Dataset training) {
    if (training.size() < 2) {
      throw new TouchstoneException(
          "anchors cover a share of data, and %s has %d examples; give some of what the model was trained on, or other rows like it"
              .formatted(training.name(), training.size()));
    }
  }

  /**
   * Asks for another precision; .95 by default.
   *
   * @param share in (0, 1)
   * @throws IllegalArgumentException for another
   */
  public Anchors withPrecision(double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "a precision is a share between 0 and 1, was %s; write .withPrecision(0.95)"
              .formatted(share));
    }
    return new Anchors(spaces, training, share, beam, longest, fresh);
  }

  /**
   * Keeps another number of rules at each length; 4 by default.
   *
   * @throws IllegalArgumentException for fewer than 1
   */
  public Anchors withBeam(int rules) {
    if (rules < 1) {
      throw new IllegalArgumentException("a beam of %d rules; give at least 1".formatted(rules));
    }
    return new Anchors(spaces, training, threshold, rules, longest, fresh);
  }

  /**
   * Allows another number of conditions; 6 by default.
   *
   * @throws IllegalArgumentException for fewer than 1
   */
  public Anchors withConditions(int most) {
    if (most < 1) {
      throw new IllegalArgumentException(
          "anchors of %d conditions; give at least 1".formatted(most));
    }
    return new Anchors(spaces, training, threshold, beam, most, fresh);
  }

  /**
   * Estimates the precision on another number of fresh draws; 1,000 by default.
   *
   * @throws IllegalArgumentException for fewer than 1
   */
  public Anchors withSamples(int number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "a precision on %d draws; give at least 1".formatted(number));
    }
    return new Anchors(spaces, training, threshold, beam, longest, number);
  }

  /** Returns what to call the method in messages and provenance. */
  public String name() {
    return NAME;
  }

  /** Returns the settings that, with the name, determine the anchors. */
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("precision", Double.toString(threshold));
    settings.put("beam", Integer.toString(beam));
    settings.put("conditions", Integer.toString(longest));
    settings.put("samples", Integer.toString(fresh));
    settings.put("of", spaces.describe());
    settings.put(
        "training data",
        "%s (%d examples, %s)".formatted(training.name(), training.size(), training.sha256()));
    return settings;
  }

  /**
   * Explains what a model answers to each example of a batch.
   *
   * @return one for each example
   * @throws TouchstoneException for examples of other columns than the training data
   */
  public List<Anchor> explain(Classifier model, Inputs batch, RunContext context) {
    List<Anchor> anchors = new ArrayList<>();
    for (int i = 0; i < batch.rows(); i++) {
      Inputs example = batch.select(i);
      anchors.add(explain(model, example, spaces.of(example), i, context));
    }
    return anchors;
  }

  private Anchor explain(
      Classifier model, Inputs example, AnchorSpace space, int place, RunContext context) {
    int label = CheckedAnswers.of(model, example).predicted(0);
    UniformRandomProvider random = context.random().of(NAME, training.sha256(), example.sha256());
    int most = model.batchSize(context.settings().memoryBytes());
    int batch = Math.min(BATCH, most);
    BitSet searched = searched(space.rows(), context);
    long[] drawn = {0};
    AnchorSearch.Found found =
        new AnchorSearch(
                space,
                searched,
                threshold,
                beam,
                longest,
                candidate -> {
                  Inputs rows = space.draw(candidate.predicates(), batch, random);
                  candidate.add(batch, equal(model, rows, label));
                  drawn[0] += batch;
                  context.progress().step("anchor of example " + place, drawn[0], drawn[0] + batch);
                })
            .run();
    BitSet predicates = found.anchor().predicates();

    // What the search did not see: fresh draws, and the other half of the data.
    int equal = 0;
    for (int from = 0; from < fresh; from += most) {
      int number = Math.min(most, fresh - from);
      equal += equal(model, space.draw(predicates, number, random), label);
    }
    BitSet covered = new BitSet();
    covered.set(0, space.rows());
    covered.andNot(searched);
    int others = covered.cardinality();
    predicates.stream().forEach(p -> covered.and(space.where(p)));
    return new Anchor(
        predicates.stream().mapToObj(space::inWords).toList(),
        label,
        Proportion.of(equal, fresh),
        Proportion.of(covered.cardinality(), others),
        found.reached());
  }

  /**
   * Returns the half of the training data that is searched, drawn by the run's seed: data are often
   * sorted, and one half by position then says nothing of the other.
   */
  BitSet searched(int rows, RunContext context) {
    int[] order = PermutationSampler.natural(rows);
    PermutationSampler.shuffle(context.random().of(NAME, "half", training.sha256()), order);
    BitSet searched = new BitSet(rows);
    Arrays.stream(order, 0, rows / 2).forEach(searched::set);
    return searched;
  }

  private static int equal(Classifier model, Inputs rows, int label) {
    Predictions predictions = CheckedAnswers.of(model, rows);
    return (int)
        IntStream.range(0, predictions.size())
            .filter(i -> predictions.predicted(i) == label)
            .count();
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
