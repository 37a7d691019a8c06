package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.model.Model;
import dev.touchstone.model.ScoreKind;
import dev.touchstone.model.Scored;
import dev.touchstone.model.Scores;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/** A model of one score, a function of inputs of any types; asked about at most 64 rows at once. */
record InputScores(Function<Inputs, double[]> function) implements Model, Scores {
  static final int MOST_ROWS = 64;

  @Override
  public String name() {
    return "a function of inputs";
  }

  @Override
  public String sha256() {
    return "0";
  }

  @Override
  public ModelFacts facts() {
    return ModelFacts.of(name(), sha256(), "function", "VALUES");
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return type == Scores.class ? Optional.of(type.cast(this)) : Optional.empty();
  }

  @Override
  public Scored scores(Tensor batch) {
    return scores(Inputs.of(batch));
  }

  @Override
  public Scored scores(Inputs batch) {
    if (batch.rows() > MOST_ROWS) {
      throw new AssertionError(batch.rows() + " rows at once");
    }
    return new Scored(
        Arrays.stream(function.apply(batch))
            .mapToObj(score -> new double[] {score})
            .toArray(double[][]::new),
        ScoreKind.OUTPUTS);
  }

  @Override
  public int batchSize(long budgetBytes) {
    return MOST_ROWS;
  }
}
