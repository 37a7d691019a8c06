package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.BatchDependence;
import dev.touchstone.model.Model;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apiguardian.api.API;

/**
 * Asks a model a second time before anything is claimed of its answers: an answer that depends on
 * chance, or on the other examples of its batch, is none that a verdict could be about.
 *
 * <p>A sample of examples, drawn from all classes alike, is asked about in another order, so that
 * data which are sorted by class are mixed, and some of them alone. No probability may move by more
 * than {@link Predictions#TOLERANCE}, and the class only where the two most probable ones are
 * closer than that.
 *
 * <p>A model that takes one scale of quantisation for a whole batch ({@link
 * BatchDependence#answeredTogether}), or is declared to answer by it, is meant to depend on its
 * batch. It is asked about some of the same batches again, and how far answers move alone is told,
 * not judged.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public abstract class AskedAgain<A> {
  /** The largest number of examples that are asked about again. */
  static final int MOST = 64;

  /** Of them, how many are asked about alone, which takes a call each. */
  static final int MOST_ALONE = 16;

  private static final int MOST_NAMED = 3;

  final Model model;
  final Dataset data;
  final A answered;
  final RunContext context;

  AskedAgain(Model model, Dataset data, A answered, RunContext context) {
    this.model = model;
    this.data = data;
    this.answered = answered;
    this.context = context;
  }

  /**
   * How far answers moved.
   *
   * @param most the largest change of a probability or a value
   * @param others at how many examples the answer became another one
   * @param examples how many were asked about
   */
  record Movement(double most, int others, int examples) {
    private Movement and(double change, boolean other) {
      return new Movement(Math.max(most, change), others + (other ? 1 : 0), examples + 1);
    }
  }

  /** Asks about some of the data. */
  abstract A ask(Dataset part);

  /** How far the answer to an example is from the one at a position of other answers. */
  abstract double change(int example, A again, int position);

  /** Whether it moved by more than rounding moves it. */
  abstract boolean isMoved(int example, A again, int position);

  /** Whether it became another answer. */
  abstract boolean isAnother(int example, A again, int position);

  /** What was said at first, and what again, in words. */
  abstract String inWords(A answers, int position, int example);

  /** Of which examples are drawn alike. */
  abstract int kind(int example);

  /** What was done, for provenance; the same wherever the verdict is reached. */
  public static String describe(Model model, Dataset data) {
    int examples = Math.min(MOST, data.size());
    return together(model) > 0
        ? "%d examples, in the same batches of %d".formatted(examples, together(model))
        : "%d examples in another order, %d of them alone"
            .formatted(examples, Math.min(MOST_ALONE, examples));
  }

  private static int together(Model model) {
    return model
        .capability(BatchDependence.class)
        // What also draws at random or trains is not excused.
        .filter(dependence -> dependence.unsteadyOperators().isEmpty())
        .map(dependence -> dependence.answeredTogether().orElse(0))
        .orElse(0);
  }

  /**
   * Asks again.
   *
   * @return how far its answers move when an example is asked about alone; within the tolerance,
   *     but for a model that quantises a batch together
   * @throws TouchstoneException if its answers move otherwise, naming the operator where it is
   *     known
   */
  final Movement movement() {
    int together = together(model);
    int[] sample = sample();
    if (together > 0) {
      int from = sample[0] / together * together;
      int[] batch = IntStream.range(from, Math.min(data.size(), from + together)).toArray();
      requireSame(batch, "in the same batch again");
    } else {
      requireSame(sample, "in another order");
    }
    Movement movement = new Movement(0, 0, 0);
    for (int i = 0; i < Math.min(MOST_ALONE, sample.length); i++) {
      int[] alone = {sample[i]};
      A again = ask(alone, "alone");
      if (together == 0) {
        requireSame(alone, again, "alone");
      }
      movement = movement.and(change(alone[0], again, 0), isAnother(alone[0], again, 0));
    }
    return movement;
  }

  /** Examples of every kind in turn, in random order. */
  private int[] sample() {
    UniformRandomProvider random = context.random().of("asked again", data.sha256());
    int[] shuffled = PermutationSampler.natural(data.size());
    PermutationSampler.shuffle(random, shuffled);
    TreeMap<Integer, Deque<Integer>> byKind = new TreeMap<>();
    for (int i : shuffled) {
      Deque<Integer> ofKind = byKind.computeIfAbsent(kind(i), c -> new ArrayDeque<>());
      if (ofKind.size() < MOST) {
        ofKind.add(i);
      }
    }
    int[] sample = new int[Math.min(MOST, data.size())];
    for (int taken = 0; taken < sample.length; ) {
      for (Deque<Integer> ofKind : byKind.values()) {
        if (!ofKind.isEmpty() && taken < sample.length) {
          sample[taken++] = ofKind.remove();
        }
      }
    }
    PermutationSampler.shuffle(random, sample);
    return sample;
  }

  private A ask(int[] examples, String how) {
    return ask(data.select(examples, "asked again " + how));
  }

  private void requireSame(int[] examples, String how) {
    requireSame(examples, ask(examples, how), how);
  }

  private void requireSame(int[] examples, A again, String how) {
    int worst = -1;
    for (int i = 0; i < examples.length; i++) {
      if (isMoved(examples[i], again, i)
          && (worst < 0 || change(examples[i], again, i) > change(examples[worst], again, worst))) {
        worst = i;
      }
    }
    if (worst >= 0) {
      throw refusal(examples[worst], again, worst, how);
    }
  }

  private TouchstoneException refusal(int example, A again, int position, String how) {
    return new TouchstoneException(
        ("%s gives two answers to one question: example %s of %s was predicted as %s, and asked"
                + " about %s as %s; an answer may depend on nothing but its %s. %s")
            .formatted(
                model.name(),
                data.id(example),
                data.name(),
                inWords(answered, example, example),
                how,
                inWords(again, position, example),
                isDeclared() ? "batch" : "example",
                cure()));
  }

  /** Whether it is said to answer by its batch. */
  private boolean isDeclared() {
    return model.capability(BatchDependence.class).filter(BatchDependence::isDeclared).isPresent();
  }

  private String cure() {
    if (isDeclared()) {
      return "It is declared to answer by its batch, and gives one batch two answers: does it draw"
          + " random numbers (dropout), or keep anything from one call to the next? Save or export"
          + " it in evaluation mode: model.eval() in PyTorch, training = False in Keras";
    }
    List<String> operators =
        model
            .capability(BatchDependence.class)
            .map(BatchDependence::unsteadyOperators)
            .orElse(List.of());
    if (operators.isEmpty()) {
      return "Does it draw random numbers, was it saved in training mode (dropout, batch"
          + " normalisation), does it compute anything over its batch, or keep anything from one"
          + " call to the next? Save or export it in evaluation mode: model.eval() in PyTorch,"
          + " training = False in Keras; if it is meant to answer by its batch, say"
          + " .answersDependOnTheirBatch(32) with the size that is served";
    }
    return "It holds "
        + String.join(", ", operators.subList(0, Math.min(MOST_NAMED, operators.size())))
        + (operators.size() > MOST_NAMED ? " and " + (operators.size() - MOST_NAMED) + " more" : "")
        + "; export it in evaluation mode: model.eval() in PyTorch, training = False in Keras";
  }
}
