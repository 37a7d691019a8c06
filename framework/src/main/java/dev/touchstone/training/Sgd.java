package dev.touchstone.training;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum: v ← μv + g, w ← w - ηv (as PyTorch writes it).
 *
 * @param learningRate η
 * @param momentum μ
 */
public record Sgd(double learningRate, double momentum) implements Optimiser {

  /** Refuses rates that cannot work. */
  public Sgd {
    Checks.positive("learning rate", learningRate);
    Checks.between("momentum", momentum, 0, 1);
  }

  /** η = 0.01 and μ = 0.9 (thesis, appendix A.1). */
  public static Sgd withDefaults() {
    return new Sgd(0.01, 0.9);
  }

  /** With another learning rate. */
  public Sgd withLearningRate(double rate) {
    return new Sgd(rate, momentum);
  }

  /** With another momentum, in [0, 1). */
  public Sgd withMomentum(double mu) {
    return new Sgd(learningRate, mu);
  }

  @Override
  public Map<String, String> provenance() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("optimiser", "SGD");
    facts.put("learning rate", Double.toString(learningRate));
    facts.put("momentum", Double.toString(momentum));
    return facts;
  }

  @Override
  public Steps follow(NDArray weight) {
    NDArray velocity = weight.zerosLike();
    return (gradient, factor) -> {
      velocity.muli(momentum).addi(gradient);
      try (NDArray change = velocity.mul(learningRate * factor)) {
        weight.subi(change);
      }
    };
  }
}
