package dev.touchstone.robustness;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Many small steps along the signs of the loss's gradient (L∞) or along the gradient (L₂), each
 * moved back into the threat model (PGD; Madry et al. 2018). By default 40 steps of 2.5 ε / 40 from
 * one random start. An example that is answered wrongly on the way is not pushed on; of several
 * starts the end with the largest loss counts. Immutable.
 *
 * <p>The gradient is that of the cross-entropy before any softmax, divided by 1 − p of the true
 * class, so that a very sure model does not hide it by rounding.
 */
public final class ProjectedGradientDescent implements Perturbation {
  private static final double REACH = 2.5;
  private static final int MOST_STARTS = 100;

  private final GradientAscent ascent;
  private final boolean stepSizeGiven;

  private ProjectedGradientDescent(GradientAscent ascent, boolean stepSizeGiven) {
    this.ascent = ascent;
    this.stepSizeGiven = stepSizeGiven;
  }

  /** Attacks inside a threat model. */
  public static ProjectedGradientDescent within(ThreatModel threat) {
    return new ProjectedGradientDescent(
            new GradientAscent("PGD", threat, 1, threat.epsilon(), true, 1), false)
        .withSteps(40);
  }

  /**
   * Takes another number of steps; of 2.5 ε / steps unless a size is given.
   *
   * @throws TouchstoneException for none
   */
  public ProjectedGradientDescent withSteps(int steps) {
    if (steps < 1) {
      throw new TouchstoneException(
          "PGD takes at least one step, was %d; write withSteps(40)".formatted(steps));
    }
    double size = stepSizeGiven ? ascent.stepSize() : REACH * ascent.threat().epsilon() / steps;
    return new ProjectedGradientDescent(
        new GradientAscent(
            ascent.who(), ascent.threat(), steps, size, ascent.randomStart(), ascent.starts()),
        stepSizeGiven);
  }

  /**
   * Takes steps of another size, in the units of the data.
   *
   * @throws TouchstoneException unless it is a number above 0
   */
  public ProjectedGradientDescent withStepSize(double size) {
    if (!(size > 0) || Double.isInfinite(size)) {
      throw new TouchstoneException(
          "a step of PGD has the size %s; give a number above 0, such as ε / 4".formatted(size));
    }
    return new ProjectedGradientDescent(
        new GradientAscent(
            ascent.who(),
            ascent.threat(),
            ascent.steps(),
            size,
            ascent.randomStart(),
            ascent.starts()),
        true);
  }

  /**
   * Begins several times, each time somewhere else at random.
   *
   * @throws TouchstoneException for less than one start, more than 100, or for several that all
   *     begin at the example
   */
  public ProjectedGradientDescent withStarts(int starts) {
    if (starts < 1 || starts > MOST_STARTS) {
      throw new TouchstoneException(
          "PGD begins 1 to %d times, was %d; write withStarts(5)".formatted(MOST_STARTS, starts));
    }
    return starting(ascent.randomStart(), starts);
  }

  /**
   * Begins at the example itself, and not somewhere at random.
   *
   * @throws TouchstoneException if it is to begin several times
   */
  public ProjectedGradientDescent fromTheExample() {
    return starting(false, ascent.starts());
  }

  private ProjectedGradientDescent starting(boolean atRandom, int starts) {
    if (!atRandom && starts > 1) {
      throw new TouchstoneException(
          "%d starts from the example itself would all end alike; leave withStarts(…) or fromTheExample() out"
              .formatted(starts));
    }
    return new ProjectedGradientDescent(
        new GradientAscent(
            ascent.who(), ascent.threat(), ascent.steps(), ascent.stepSize(), atRandom, starts),
        stepSizeGiven);
  }

  @Override
  public String name() {
    return "PGD-" + ascent.steps();
  }

  @Override
  public Map<String, String> settings() {
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("steps", ascent.steps());
    own.put("step size", ascent.stepSize());
    own.put("random starts", ascent.randomStart() ? ascent.starts() : 0);
    return Settings.of(ascent.threat(), own);
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
