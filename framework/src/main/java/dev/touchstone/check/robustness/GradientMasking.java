package dev.touchstone.check.robustness;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Warning;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.robustness.Perturbation;
import dev.touchstone.robustness.Perturbed;
import dev.touchstone.robustness.SquareAttack;
import dev.touchstone.robustness.ThreatModel;
import dev.touchstone.runtime.RunContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Whether a model's gradients tell an attack where to go (Athalye, Carlini and Wagner 2018): they
 * are masked where they vanish, where the loss does not grow along them, or where a search that
 * only asks the model finds what an attack along them does not.
 *
 * @param signs what speaks for it, in words; empty where nothing does
 * @param blackBox of how many examples the search was tried, and what it found; empty where it
 *     cannot be
 */
record GradientMasking(List<String> signs, String blackBox) {
  private static final int SAMPLE = 100;
  private static final int QUERIES = 100;
  private static final double MOST_FLAT = 0.1;
  private static final double SIGNIFICANT = 0.01;

  /**
   * Looks for signs.
   *
   * @param right the examples that were attacked
   * @param wrong of all data, whether the example is answered wrongly after it
   */
  static GradientMasking of(
      Classifier model,
      Dataset data,
      int[] right,
      Perturbed perturbed,
      boolean[] wrong,
      Perturbation attack,
      RunContext context) {
    List<String> signs = new ArrayList<>();
    if (perturbed.flat() > MOST_FLAT * right.length) {
      signs.add(
          "the gradient is zero at %d of the %d attacked examples"
              .formatted(perturbed.flat(), right.length));
    }
    List<Double> course = perturbed.course();
    if (!course.isEmpty() && course.get(course.size() - 1) <= course.get(0)) {
      signs.add(
          "the mean loss does not grow on its way: %s, then %s"
              .formatted(
                  Numbers.format(course.get(0)), Numbers.format(course.get(course.size() - 1))));
    }
    ThreatModel threat = attack.threat().orElseThrow();
    if (threat.norm() != ThreatModel.Norm.LINF || Double.isInfinite(threat.lowest())) {
      return new GradientMasking(signs, "");
    }
    int[] sample = sample(right, model, data, context);
    SquareAttack search = SquareAttack.within(threat).withQueries(QUERIES);
    float[][] found = search.perturb(model, data, sample, context).rows();
    Predictions answers =
        CheckedAnswers.ofSome(
            model,
            data.select(sample, "a sample")
                .withFeatures(Robustness.features(found, data.shape()), "searched"),
            context.settings().memoryBytes());
    int searchAlone = 0;
    int gradientsAlone = 0;
    for (int k = 0; k < sample.length; k++) {
      boolean bySearch = answers.predicted(k) != data.label(sample[k]);
      searchAlone += bySearch && !wrong[sample[k]] ? 1 : 0;
      gradientsAlone += !bySearch && wrong[sample[k]] ? 1 : 0;
    }
    int either = searchAlone + gradientsAlone;
    // One-sided McNemar test: is the search better than gradients are?
    if (searchAlone > 0
        && BinomialDistribution.of(either, 0.5).survivalProbability(searchAlone - 1)
            <= SIGNIFICANT) {
      signs.add(
          "a search of %d questions that knows no gradient finds wrong answers to %d examples that it did not find, and misses %d that it did"
              .formatted(QUERIES, searchAlone, gradientsAlone));
    }
    return new GradientMasking(
        signs,
        "a search of %d questions that knows no gradient was tried on %d of its examples: it alone broke %d, gradients alone %d"
            .formatted(QUERIES, sample.length, searchAlone, gradientsAlone));
  }

  private static int[] sample(int[] right, Classifier model, Dataset data, RunContext context) {
    int[] shuffled = right.clone();
    PermutationSampler.shuffle(
        context.random().of("gradient masking", model.sha256(), data.sha256()), shuffled);
    int[] sample = Arrays.copyOf(shuffled, Math.min(SAMPLE, shuffled.length));
    Arrays.sort(sample);
    return sample;
  }

  /**
   * Says what was found.
   *
   * @return why the rate has no upper limit; empty where it has one
   */
  String say(String attack, Evidence.Builder evidence) {
    if (!blackBox.isEmpty()) {
      evidence.note("%s: %s".formatted(attack, blackBox));
    } else {
      evidence.note(
          attack
              + ": no search without gradients was tried beside it, which is made for L∞ and"
              + " features with a range");
    }
    if (signs.isEmpty()) {
      return "";
    }
    String reason =
        "%s follows gradients, and those of this model are masked, or it is too weak: %s. That it breaks few examples shows nothing; attack by ProjectedGradientDescent with more steps and starts, and by SquareAttack, which only asks the model"
            .formatted(attack, String.join("; ", signs));
    evidence.warn(new Warning(Warning.GRADIENTS_MASKED, reason));
    return reason;
  }
}
