package dev.touchstone.guiding.repair;

import dev.touchstone.data.Dataset;
import dev.touchstone.guiding.BilevelResult;
import dev.touchstone.guiding.GuidingSettings;
import dev.touchstone.guiding.ModelGuiding;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RunContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Guides a model from end to end (thesis, section 5.2.4, Algorithm 1): which training labels are
 * wrong and what they should be, which examples the model decides by what should not matter, and
 * what the model is without either; a few of each at a time, for an expert to look at.
 *
 * <ol>
 *   <li>The model is carved into concepts: θ_cbm.
 *   <li>The bilevel update by the audit set moves labels (δ, {@link ModelGuiding}), and a
 *       bottleneck is fitted to the moved labels in which concepts of no importance contribute
 *       little to the audit examples ({@link GuidedBottleneck}): θ.
 *   <li>F_nl: examples with 1 − T(i, yᵢ) above the tolerance of labels.
 *   <li>F_spu: examples with Σ_q |(θ_cbm − θ)_q ⊙ z_iq| above the tolerance of reliance, of what
 *       concepts of no importance contribute to the score of the example's label.
 *   <li>Of either, those that violate it most, as many as an expert can inspect.
 * </ol>
 *
 * <pre>{@code
 * GuidedReview review = GuidingScheme.withDefaults()
 *     .withBudget(20)
 *     .rounds(3, RepairTask.of(model, train, audit, concepts, "background"), expert, context);
 * review.last().labelErrors();
 * review.corrected();            // the training data with the labels that the expert gave
 * review.updated().model();      // the model, its last layer made anew on these
 * }</pre>
 *
 * <p>Three choices differ from print. Labels and concepts are updated one after the other, labels
 * without importances, which hurt where labels are wrong at random. F_spu sums over the concepts of
 * no importance alone: over all of them, it is the worse detector (docs/results/guiding.md). And
 * the updated model that is handed back keeps what no concept says ({@link GuidedErasure}), unless
 * {@linkplain #repairingBy another repair} is chosen.
 */
public final class GuidingScheme {
  private static final double LABEL_TOLERANCE = 0.5;
  private static final double RELIANCE_TOLERANCE = 0.5;
  private static final int BUDGET = 25;

  private final double labelTolerance;
  private final double relianceTolerance;
  private final int budget;
  private final GuidedBottleneck bottleneck;
  private final ModelRepair repair;
  private final @Nullable GuidingSettings settings;

  private GuidingScheme(
      double labelTolerance,
      double relianceTolerance,
      int budget,
      GuidedBottleneck bottleneck,
      ModelRepair repair,
      @Nullable GuidingSettings settings) {
    this.labelTolerance = labelTolerance;
    this.relianceTolerance = relianceTolerance;
    this.budget = budget;
    this.bottleneck = bottleneck;
    this.repair = repair;
    this.settings = settings;
  }

  /**
   * Makes a scheme in which a label is suspected where more than half of it has moved (τ_nl =
   * {@value #LABEL_TOLERANCE}), an example where more than {@value #RELIANCE_TOLERANCE} of its
   * label's score goes back to what should not matter (τ_spu), and an expert looks at up to {@value
   * #BUDGET} of either in a round (b).
   */
  public static GuidingScheme withDefaults() {
    return new GuidingScheme(
        LABEL_TOLERANCE,
        RELIANCE_TOLERANCE,
        BUDGET,
        GuidedBottleneck.withDefaults(),
        GuidedErasure.withDefaults(),
        null);
  }

  /**
   * Returns a copy with another τ_nl.
   *
   * @param share of a label that may move, in [0, 1)
   * @throws IllegalArgumentException for another number
   */
  public GuidingScheme withLabelTolerance(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          "the tolerance of labels is a share in [0, 1), was " + share);
    }
    return new GuidingScheme(share, relianceTolerance, budget, bottleneck, repair, settings);
  }

  /**
   * Returns a copy with another τ_spu.
   *
   * @param logits by which attributions may change; a change of 1 is one of the odds by e
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public GuidingScheme withRelianceTolerance(double logits) {
    if (!(logits >= 0 && logits < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the tolerance of reliance must be 0 or more, was " + logits);
    }
    return new GuidingScheme(labelTolerance, logits, budget, bottleneck, repair, settings);
  }

  /**
   * Returns a copy with another b.
   *
   * @param examples that an expert can inspect in a round, of either list
   * @throws IllegalArgumentException unless it is positive
   */
  public GuidingScheme withBudget(int examples) {
    if (examples < 1) {
      throw new IllegalArgumentException(
          "an expert inspects at least one example a round, was " + examples);
    }
    return new GuidingScheme(
        labelTolerance, relianceTolerance, examples, bottleneck, repair, settings);
  }

  /** Returns a copy in which attributions are compared with those of another bottleneck. */
  public GuidingScheme guidingBy(GuidedBottleneck other) {
    return new GuidingScheme(labelTolerance, relianceTolerance, budget, other, repair, settings);
  }

  /** Returns a copy that makes the last layer anew in another way. */
  public GuidingScheme repairingBy(ModelRepair other) {
    return new GuidingScheme(
        labelTolerance, relianceTolerance, budget, bottleneck, other, settings);
  }

  /** Returns a copy whose bilevel update takes settings as they are; far faster. */
  public GuidingScheme using(GuidingSettings known) {
    return new GuidingScheme(labelTolerance, relianceTolerance, budget, bottleneck, repair, known);
  }

  /**
   * Makes one round, and leaves the labels to who asked.
   *
   * @param task with the labels as given
   * @throws dev.touchstone.model.MissingCapabilityException if the model does not show what its
   *     last layer sees
   */
  public GuidingRound round(RepairTask task, RunContext context) {
    return round(task, i -> true, context);
  }

  private GuidingRound round(RepairTask task, IntPredicate open, RunContext context) {
    Dataset training = task.training();
    Represented represented = Represented.by(task.model(), "GuidingScheme", context);
    BilevelResult moved = movedLabels(task, represented, context);
    int[] proposed = training.labels().clone();
    double[] change = new double[proposed.length];
    for (int i = 0; i < proposed.length; i++) {
      change[i] = 1 - moved.targets().get(i, training.label(i));
      if (change[i] > labelTolerance && open.test(i)) {
        proposed[i] = moved.proposed()[i];
      }
    }
    RepairTask corrected = withLabels(task, proposed, "as proposed");
    CarvedModel before =
        Carving.withDefaults().carve(task.model(), training, task.concepts(), context);
    CarvedModel after = bottleneck.carve(corrected, context);
    return new GuidingRound(
        task,
        labelErrors(training, moved, change, open),
        reliances(task, before, after, open),
        before,
        after,
        repair.repair(corrected, context),
        moved.describe());
  }

  private BilevelResult movedLabels(RepairTask task, Represented represented, RunContext context) {
    Dataset training = task.training();
    Matrix rows = represented.of(training);
    FittedHead head =
        LogisticHead.withDefaults()
            .fit(HeadData.of(RowSource.of(rows), training.labels(), training.classNames().size()));
    ModelGuiding guiding = ModelGuiding.with(task.audit());
    guiding = settings == null ? guiding : guiding.using(settings);
    guiding.check(training);
    return guiding.update(
        new InfluenceContext(
            training,
            head,
            data -> RowSource.of(data == training ? rows : represented.of(data)),
            List.of(),
            context));
  }

  private List<GuidingRound.LabelError> labelErrors(
      Dataset training, BilevelResult moved, double[] change, IntPredicate open) {
    return IntStream.range(0, change.length)
        .filter(i -> change[i] > labelTolerance && open.test(i))
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> -change[i])
                .thenComparing(i -> -moved.suspicion()[i])
                .thenComparing(i -> i))
        .limit(budget)
        .map(
            i ->
                new GuidingRound.LabelError(
                    i, training.id(i), training.label(i), moved.proposed()[i], change[i]))
        .toList();
  }

  private List<GuidingRound.Reliance> reliances(
      RepairTask task, CarvedModel before, CarvedModel after, IntPredicate open) {
    Dataset training = task.training();
    Matrix was = before.contributions(training, training.labels());
    Matrix is = after.contributions(training, training.labels());
    List<GuidingRound.Reliance> all = new ArrayList<>();
    for (int i = 0; i < training.size(); i++) {
      double change = 0;
      double speaks = 0;
      for (String concept : task.ignored()) {
        int q = before.concepts().indexOf(concept);
        change += Math.abs(was.get(i, q) - is.get(i, q));
        speaks += was.get(i, q) - is.get(i, q);
      }
      if (change > relianceTolerance && open.test(i)) {
        all.add(new GuidingRound.Reliance(i, training.id(i), change, speaks));
      }
    }
    return all.stream()
        .sorted(
            Comparator.comparingDouble(GuidingRound.Reliance::change)
                .reversed()
                .thenComparing(GuidingRound.Reliance::index))
        .limit(budget)
        .toList();
  }

  /**
   * Goes on until nothing is left to inspect, or for so many rounds: an expert looks at what a
   * round found, labels are set right, and the next round begins with them. What was looked at is
   * not shown again.
   *
   * @param most rounds, at least one
   * @param expert who says what the labels are
   */
  public GuidedReview rounds(int most, RepairTask task, Expert expert, RunContext context) {
    if (most < 1) {
      throw new IllegalArgumentException("there is at least one round, was " + most);
    }
    List<GuidingRound> rounds = new ArrayList<>();
    Set<Integer> inspected = new HashSet<>();
    RepairTask now = task;
    for (int round = 0; round < most; round++) {
      GuidingRound found = round(now, i -> !inspected.contains(i), context);
      rounds.add(found);
      if (found.isEmpty()) {
        break;
      }
      int[] labels = now.training().labels().clone();
      for (int i : found.inspected()) {
        labels[i] = checked(expert.label(now.training(), i), i, now.training());
        inspected.add(i);
      }
      now = withLabels(task, labels, "corrected by the expert");
      context.progress().step("rounds of guiding", round + 1, most);
    }
    return new GuidedReview(rounds, now, inspected.size(), repair.repair(now, context));
  }

  private static int checked(int label, int example, Dataset training) {
    if (label < 0 || label >= training.classNames().size()) {
      throw new IllegalArgumentException(
          "the expert gave example %s the label %d; the classes are %s, from 0"
              .formatted(training.id(example), label, training.classNames()));
    }
    return label;
  }

  private static RepairTask withLabels(RepairTask task, int[] labels, String how) {
    return new RepairTask(
        task.model(),
        task.training().withLabels(labels, how),
        task.audit(),
        task.concepts(),
        task.ignored());
  }

  /** Says what a label is, having looked at the example. */
  @FunctionalInterface
  public interface Expert {

    /**
     * Returns the label of an example, the given one where it is right.
     *
     * @param training the data with the labels as they are now
     * @param index of the example in them
     * @return a class's index
     */
    int label(Dataset training, int index);
  }

  @Override
  public String toString() {
    return "guiding scheme: labels %s, reliance %s, budget %d, %s, %s"
        .formatted(labelTolerance, relianceTolerance, budget, bottleneck, repair);
  }
}
