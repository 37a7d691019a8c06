package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.function.IntPredicate;

/**
 * A spurious contamination function SCF: X × Y × C → S (thesis, section 4.2.1): adds to an example
 * something that must not matter, such as a tag, stripes or another background.
 *
 * <p>A signal is an immutable value that knows no data; {@linkplain #fitTo fitted} to a data set it
 * knows the examples' shape and can be applied. A new kind of signal is a new implementation,
 * passed as a value.
 */
public interface SpuriousSignal {

  /**
   * Returns what is added, in few words. It stands for the signal in messages, in provenance and as
   * a key, so signals that differ have to differ here.
   */
  String describe();

  /**
   * Returns what happens to an example, for someone who knows the product and not the test, such as
   * {@code "a 5 x 5 patch is added at bottom left"}; by default in the words that {@link #describe}
   * has.
   */
  default String inWords() {
    return describe() + " is added";
  }

  /**
   * Returns the signal for the examples of a data set.
   *
   * @throws TouchstoneException if it cannot be added to such examples: a tag larger than the
   *     image, an unknown column
   */
  Fitted fitTo(Dataset data);

  /**
   * Returns the data with the signal in every example; features are changed when they are read, not
   * copied.
   *
   * @throws TouchstoneException as {@link #fitTo} does
   */
  default Dataset addedTo(Dataset data) {
    return addedTo(data, example -> true, "with " + describe());
  }

  /**
   * Returns the data with the signal in some examples, such as those of which it is known that a
   * model met it there.
   *
   * @param examples their places in the data
   * @throws TouchstoneException as {@link #fitTo} does, or for a place that the data do not have
   */
  default Dataset addedTo(Dataset data, int... examples) {
    boolean[] carries = new boolean[data.size()];
    for (int example : examples) {
      if (example < 0 || example >= carries.length) {
        throw new TouchstoneException(
            "%s has the examples 0 to %d, and the signal was to be added to %d"
                .formatted(data.name(), carries.length - 1, example));
      }
      carries[example] = true;
    }
    String where = Digest.sha256().add(examples).hex().substring(0, 16);
    return addedTo(
        data,
        example -> carries[example],
        "with %s in %d examples, #%s".formatted(describe(), examples.length, where));
  }

  /**
   * Returns the data with the signal in those examples that carry it. A signal that changes what
   * models take besides features, such as texts, does it here.
   *
   * @param carriers whether an example carries it, by its place in the data
   * @param description what was done; stands for it in the data's hash
   * @throws TouchstoneException as {@link #fitTo} does
   */
  default Dataset addedTo(Dataset data, IntPredicate carriers, String description) {
    return data.withFeatures(
        new SignalledFeatures(data.features(), fitTo(data), carriers), description);
  }

  /** A signal and the data that it was fitted to; immutable and safe for use by several threads. */
  interface Fitted {

    /**
     * Adds the signal to one example.
     *
     * @param example the example's index in the data
     * @param features the example's features, row-major; changed in place
     */
    void apply(int example, float[] features);

    /**
     * Returns the features that the signal sets or blurs: the ground-truth explanation of a model
     * that looks at nothing else.
     *
     * @param example the example's index in the data
     * @param features the example's features, unchanged by this
     * @return one entry per feature
     */
    boolean[] mask(int example, float[] features);

    /**
     * Returns whether the example carries the signal already: by default whether adding it changes
     * nothing beyond rounding.
     *
     * @param example the example's index in the data
     * @param features the example's features, unchanged by this
     */
    default boolean isPresentIn(int example, float[] features) {
      float[] signalled = features.clone();
      apply(example, signalled);
      for (int i = 0; i < features.length; i++) {
        if (!Rounding.same(features[i], signalled[i])) {
          return false;
        }
      }
      return true;
    }
  }
}
