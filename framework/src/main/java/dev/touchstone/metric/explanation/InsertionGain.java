package dev.touchstone.metric.explanation;

import dev.touchstone.evidence.Reading;
import dev.touchstone.metric.explanation.RemovalCurves.Direction;

/**
 * By how much a prediction's probability rises earlier while places of an example are put into the
 * emptied example, those first that the map says the prediction rests on, than in random order:
 * {@code AUC(map) − AUC(random)}, of the curves of the probability of the explained class against
 * the share of places (Petsiuk et al. 2018, so that a large area is good), each the mean over its
 * steps.
 *
 * <p>A curve alone says as much of the model as of the map: one whose answer collapses at the first
 * grey pixel has a small area under any map. So what is judged is what the map is worth beside
 * random orders of the same example.
 */
public final class InsertionGain extends RemovalGain<InsertionGain> {
  private InsertionGain(RemovalCurves curves) {
    super(curves, Direction.INSERTION);
  }

  /** Takes 20 steps, the mean of the examples for what is removed, and five random orders. */
  public static InsertionGain withDefaults() {
    return new InsertionGain(RemovalCurves.DEFAULT);
  }

  @Override
  InsertionGain of(RemovalCurves others) {
    return new InsertionGain(others);
  }

  @Override
  public Reading reading() {
    return Reading.number(
        "the inputs are put back in the order of the explanation rather than at random: the answer's probability is higher by %s on average over the way, where 0 is an explanation no better than chance"
            .formatted(Reading.VALUE));
  }
}
