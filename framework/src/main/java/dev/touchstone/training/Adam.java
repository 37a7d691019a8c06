package dev.touchstone.training;

import ai.djl.ndarray.NDArray;
import dev.touchstone.facts.Fact;
import java.util.List;

/**
 * Adam: m ← β₁m + (1-β₁)g, v ← β₂v + (1-β₂)g², w ← w - η·m̂/(√v̂ + ε) with m̂ = m/(1-β₁ᵗ) and v̂ =
 * v/(1-β₂ᵗ). Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1.
 *
 * @param learningRate η
 * @param beta1 β₁
 * @param beta2 β₂
 */
public record Adam(double learningRate, double beta1, double beta2) implements Optimiser {
  private static final double EPSILON = 1e-8;

  /** Refuses rates that cannot work. */
  public Adam {
    Checks.positive("learning rate", learningRate);
    Checks.between("beta1", beta1, 0, 1);
    Checks.between("beta2", beta2, 0, 1);
  }

  /** Takes η = 0.001, β₁ = 0.9, β₂ = 0.999, as in the paper. */
  public static Adam withDefaults() {
    return new Adam(0.001, 0.9, 0.999);
  }

  /** Returns a copy with another learning rate. */
  public Adam withLearningRate(double rate) {
    return new Adam(rate, beta1, beta2);
  }

  @Override
  public List<Fact> facts() {
    return List.of(
        new Fact("optimiser", "Adam"),
        Fact.of("learning rate", learningRate),
        new Fact("betas", beta1 + ", " + beta2));
  }

  @Override
  public Steps follow(NDArray weight) {
    return new AdamSteps(weight);
  }

  private final class AdamSteps implements Steps {
    private final NDArray weight;
    private final NDArray m;
    private final NDArray v;
    private int t;

    AdamSteps(NDArray weight) {
      this.weight = weight;
      this.m = weight.zerosLike();
      this.v = weight.zerosLike();
    }

    @Override
    public void step(NDArray gradient, double factor) {
      t++;
      try (NDArray first = gradient.mul(1 - beta1);
          NDArray squared = gradient.mul(gradient)) {
        m.muli(beta1).addi(first);
        v.muli(beta2).addi(squared.muli(1 - beta2));
      }
      double step = learningRate * factor / (1 - Math.pow(beta1, t));
      try (NDArray unbiased = v.div(1 - Math.pow(beta2, t));
          NDArray root = unbiased.sqrt();
          NDArray change = m.mul(step)) {
        weight.subi(change.divi(root.addi(EPSILON)));
      }
    }
  }
}
