package dev.touchstone.robustness;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import java.util.Map;
import java.util.Optional;

/**
 * One step of the whole ε along the signs of the loss's gradient (Goodfellow, Shlens and Szegedy
 * 2015, equation 1), or for L₂ along the gradient itself:
 *
 * <pre>x' = x + ε · sign(∇ₓ ℓ(f(x), y)), moved into the range of the features</pre>
 *
 * <p>Cheap and weak: a model may bear it that falls to {@link ProjectedGradientDescent}.
 */
public final class FastGradientSign implements Perturbation {
  private final GradientAscent ascent;

  private FastGradientSign(GradientAscent ascent) {
    this.ascent = ascent;
  }

  /** Attacks inside a threat model. */
  public static FastGradientSign within(ThreatModel threat) {
    return new FastGradientSign(new GradientAscent("FGSM", threat, 1, threat.epsilon(), false, 1));
  }

  @Override
  public String name() {
    return ascent.who();
  }

  @Override
  public Map<String, String> settings() {
    return Settings.of(ascent.threat(), Map.of());
  }

  @Override
  public Optional<ThreatModel> threat() {
    return Optional.of(ascent.threat());
  }

  @Override
  public boolean followsGradients() {
    return true;
  }

  @Override
  public void check(Classifier model, Dataset data) {
    ascent.check(model, data);
  }

  @Override
  public Perturbed perturb(Classifier model, Dataset data, int[] examples, RunContext context) {
    return ascent.climb(model, data, examples, context);
  }

  @Override
  public String toString() {
    return name() + " " + settings();
  }
}
