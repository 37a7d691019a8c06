package dev.touchstone.training;

import ai.djl.ndarray.NDArray;
import dev.touchstone.facts.Fact;
import java.util.List;

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

  /** Takes η = 0.01 and μ = 0.9 (thesis, appendix A.1). */
  public static Sgd withDefaults() {
    return new Sgd(0.01, 0.9);
  }

  /** Returns a copy with another learning rate. */
  public Sgd withLearningRate(double rate) {
    return new Sgd(rate, momentum);
  }

  /** Returns a copy with another momentum, in [0, 1). */
  public Sgd withMomentum(double mu) {
    return new Sgd(learningRate, mu);
  }

  @Override
  public List<Fact> facts() {
    return List.of(
        new Fact("optimiser", "SGD"),
        Fact.of("learning rate", learningRate),
        Fact.of("momentum", momentum));
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
