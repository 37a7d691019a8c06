package dev.touchstone.check.shift;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.ScoreKind;
import dev.touchstone.model.Scored;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.Map;

/**
 * Takes for foreign what has a high free energy (Liu, Wang, Owens and Li 2020, equation 4), with
 * the logits f and a temperature T that is 1 unless it is set:
 *
 * <pre>E(x) = −T · log Σ_c exp(f_c(x)/T)</pre>
 *
 * <p>It needs logits: probabilities and their logarithms have lost the sum. A model that adds a
 * number of its own to all logits of an example answers the same and has another energy.
 */
public final class Energy implements OutOfDistributionDetector {
  private final double temperature;

  private Energy(double temperature) {
    this.temperature = temperature;
  }

  /** Returns the detector with T = 1. */
  public static Energy withDefaults() {
    return new Energy(1);
  }

  /**
   * Takes another temperature.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public Energy withTemperature(double t) {
    if (!(t > 0 && t < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a temperature is a positive number, was " + t);
    }
    return new Energy(t);
  }

  @Override
  public String name() {
    return "energy";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("temperature", Numbers.format(temperature));
  }

  @Override
  public void check(Classifier model, Dataset examples) {
    ScoreKind kind = CheckedAnswers.scores(model, examples.inputs(0, 1)).kind();
    if (kind != ScoreKind.LOGITS) {
      throw new TouchstoneException(
          "the energy is made of logits, one per class, and %s shows %s; declare LOGITS if that is what it emits, or use MaxProbability"
              .formatted(model.name(), kind));
    }
  }

  @Override
  public Foreignness fitTo(Classifier model, RunContext context) {
    return examples -> energies(model, examples, context);
  }

  private double[] energies(Classifier model, Dataset examples, RunContext context) {
    double[] energies = new double[examples.size()];
    int atOnce = model.batchSize(context.settings().memoryBytes());
    for (int from = 0; from < energies.length; from += atOnce) {
      int to = Math.min(energies.length, from + atOnce);
      Scored scored = CheckedAnswers.scores(model, examples.inputs(from, to));
      for (int i = from; i < to; i++) {
        energies[i] = energy(scored.rows()[i - from]);
      }
    }
    return energies;
  }

  /** Less the largest logit, so that nothing overflows. */
  private double energy(double... logits) {
    double largest = Arrays.stream(logits).max().orElseThrow();
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp((logit - largest) / temperature);
    }
    return -largest - temperature * Math.log(sum);
  }

  @Override
  public String toString() {
    return temperature == 1 ? name() : "energy at T = " + Numbers.format(temperature);
  }
}
