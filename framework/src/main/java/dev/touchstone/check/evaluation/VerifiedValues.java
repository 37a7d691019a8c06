package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.model.BatchDependence;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.Values;
import dev.touchstone.runtime.RunContext;
import org.apiguardian.api.API;

/**
 * Values of a whole data set that a regressor was asked for twice.
 *
 * @param values what it said first
 * @param moved how far values move alone; within the tolerance but for dynamic quantisation
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record VerifiedValues(Values values, AskedAgain.Movement moved) {

  /**
   * Asks a regressor about data, and a sample of them again.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if the model does not fit the data, or gives
   *     other values then
   */
  static VerifiedValues of(Regressor model, Dataset data, RunContext context) {
    Values values = CheckedAnswers.of(model, data, context.settings().memoryBytes());
    return new VerifiedValues(
        values, new ValuesAskedAgain(model, data, values, context).movement());
  }

  /** Says of a model that quantises a batch together how far its values move alone. */
  public void noteOf(Evidence.Builder evidence, Regressor model) {
    model
        .capability(BatchDependence.class)
        .filter(dependence -> dependence.answeredTogether().isPresent())
        .ifPresent(
            dependence ->
                evidence.note(
                    ("%s %s, and is judged in batches of" + " %d; alone, a value moves by up to %s")
                        .formatted(
                            model.name(),
                            dependence.inWords(),
                            dependence.answeredTogether().getAsInt(),
                            Numbers.format(moved.most()))));
  }
}
