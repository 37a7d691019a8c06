package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.RunContext;
import org.apiguardian.api.API;

/** What {@link SharedPredictions} are for classifiers: a regressor's values, made once. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class SharedValues {
  /** A value, and an interval with what holds it. */
  private static final long BYTES = 48;

  private final SharedResults<VerifiedValues> results =
      new SharedResults<>(verified -> BYTES * verified.values().size());

  private SharedValues() {}

  public static VerifiedValues of(Regressor model, Dataset data, RunContext context) {
    TrainingWeights.refuse(data);
    long memory = context.settings().memoryBytes();
    return context
        .session()
        .get(SharedValues.class, SharedValues::new)
        .results
        .get(
            SharedPredictions.key(model, data, context),
            memory / SharedPredictions.SHARE_OF_MEMORY,
            () -> VerifiedValues.of(model, data, context));
  }
}
