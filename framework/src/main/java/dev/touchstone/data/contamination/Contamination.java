package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.jspecify.annotations.Nullable;

/**
 * A training set in which some examples carry a signal: those of one class, so that a model may
 * come to rely on it, or a share of all, so that it has met the signal and has no reason to.
 *
 * <pre>{@code
 * Contamination.of(tag).alignedWith("sneaker").share(0.2).plantedIn(train, random)
 * Contamination.of(tag).share(0.3).plantedIn(train, random)
 * }</pre>
 */
public final class Contamination {
  private final SpuriousSignal signal;
  private final @Nullable String alignedClass;
  private final double share;

  private Contamination(SpuriousSignal signal, @Nullable String alignedClass, double share) {
    this.signal = signal;
    this.alignedClass = alignedClass;
    this.share = share;
  }

  /** Returns the signal on every example, whatever its class, until said otherwise. */
  public static Contamination of(SpuriousSignal signal) {
    return new Contamination(signal, null, 1);
  }

  /** Plants it on examples of one class alone: the spurious aligned class. */
  public Contamination alignedWith(String className) {
    return new Contamination(signal, className, share);
  }

  /**
   * Plants it on a share of them, {@code round(share · n)} drawn at random; a smaller share of the
   * same data and seed is part of a larger one.
   *
   * @param ofExamples in (0, 1]
   */
  public Contamination share(double ofExamples) {
    if (!(ofExamples > 0 && ofExamples <= 1)) {
      throw new TouchstoneException(
          "the share of examples that carry the signal lies in (0, 1], was " + ofExamples);
    }
    return new Contamination(signal, alignedClass, ofExamples);
  }

  /**
   * Draws the examples and adds the signal to them.
   *
   * @throws TouchstoneException if the signal does not fit, the class is unknown, or no example
   *     would carry the signal
   */
  public Planted plantedIn(Dataset training, RandomStreams random) {
    int[] candidates = candidates(training);
    PermutationSampler.shuffle(
        random.of("contamination", training.sha256(), signal.describe(), where()), candidates);
    int[] carriers =
        Arrays.copyOf(candidates, Math.toIntExact(Math.round(share * candidates.length)));
    if (carriers.length == 0) {
      throw new TouchstoneException(
          "no example would carry the signal: "
              + share
              + " of the "
              + candidates.length
              + " examples of "
              + where()
              + " in "
              + training.name()
              + "; raise the share or give more data");
    }
    Arrays.sort(carriers);
    boolean[] carries = new boolean[training.size()];
    for (int carrier : carriers) {
      carries[carrier] = true;
    }
    String drawn = Digest.sha256().add(carriers).hex().substring(0, 16);
    return new Planted(
        signal.addedTo(training, example -> carries[example], "with " + this + ", drawn #" + drawn),
        carriers);
  }

  private int[] candidates(Dataset training) {
    if (alignedClass == null) {
      return IntStream.range(0, training.size()).toArray();
    }
    int aligned = training.classIndex(alignedClass);
    return IntStream.range(0, training.size()).filter(i -> training.label(i) == aligned).toArray();
  }

  private String where() {
    return alignedClass == null ? "all classes" : "class " + alignedClass;
  }

  @Override
  public String toString() {
    return signal.describe() + " on " + share + " of " + where();
  }

  /**
   * A contaminated training set.
   *
   * @param data the data; carriers get the signal when they are read
   * @param carriers the examples that carry it, ascending
   */
  public record Planted(Dataset data, int[] carriers) {}
}
