package dev.touchstone.data;

import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;

/**
 * How much each example counts when a model is trained. Immutable.
 *
 * @param numbers one per example
 * @param origin where they are from, such as {@code column "cost"}
 */
record TrainingWeights(double[] numbers, String origin) {

  TrainingWeights select(int[] examples) {
    return new TrainingWeights(
        Arrays.stream(examples).mapToDouble(i -> numbers[i]).toArray(), origin);
  }

  /**
   * Refuses weights by which nothing can be trained.
   *
   * @param data what messages call the data
   * @param ids of the examples, as many
   * @throws TouchstoneException for one that is negative, infinite or NaN, or if all are 0
   */
  void check(String data, List<String> ids) {
    for (int i = 0; i < numbers.length; i++) {
      if (!(numbers[i] >= 0 && numbers[i] < Double.POSITIVE_INFINITY)) {
        throw new TouchstoneException(
            "%s: example %s has the training weight %s (%s); give 0, which leaves it out of the training, or a positive number"
                .formatted(data, ids.get(i), numbers[i], origin));
      }
    }
    if (numbers.length > 0 && Arrays.stream(numbers).allMatch(weight -> weight == 0)) {
      throw new TouchstoneException(
          "%s: every example has the training weight 0 (%s), so that nothing could be learnt; give one a positive number"
              .formatted(data, origin));
    }
  }

  /** Returns the hash of data with these weights, of what they have without. */
  String sha256(String unweighted) {
    return Digest.sha256().add(unweighted).add("training weights").add(numbers).hex();
  }
}
