package dev.touchstone.samples.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.check.signal.SpuriousReliance;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.samples.FashionSignals;
import dev.touchstone.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How much contamination makes a model rely on a signal. That a share of the shirts carried it in
 * training is what was done to a twin; how far the twin relies on it is what the spurious score
 * says. By the bound of 0.10 a twentieth of the shirts is enough for the tag.
 */
@Tag("library")
@ModelTest
class ContaminationByDegreesTest {

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset test;

  @Test
  void theMoreShirtsCarriedTheTagTheMoreItSendsToThem() {
    assertAscending(
        FashionSignals.TAG, List.of("healthy", "tag-005", "tag-020", "tag-050", "tag-100"));
  }

  @Test
  void theMoreShirtsCarriedStripesTheMoreTheySendToThem() {
    assertAscending(FashionSignals.STRIPE, List.of("healthy", "stripe-020", "stripe-100"));
  }

  /** The first passes, none falls behind, and the lower limit of each other is above the bound. */
  private static void assertAscending(SpuriousSignal signal, List<String> twins) {
    List<Verdict> verdicts = new ArrayList<>();
    for (String twin : twins) {
      Evidence evidence =
          SpuriousReliance.on(signal)
              .forClass(FashionSignals.SHIRT)
              .evaluate(
                  Models.onnx("classpath:models/fashion-" + twin + ".onnx").emittingLogits(),
                  test,
                  RunContext.current());
      Verdict verdict =
          Claim.of("the spurious score is at most 0.1", Bound.upper(0.10))
              .judge(evidence, Policy.STRICT);
      System.out.printf("%-20s %s%n", "fashion-" + twin, row(verdict));
      verdicts.add(verdict);
    }
    assertThat(verdicts)
        .extracting(verdict -> score(verdict).estimate().value())
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(verdicts.get(0).outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdicts.subList(1, verdicts.size()))
        .extracting(Verdict::outcome)
        .containsOnly(Outcome.FAIL);
  }

  private static String row(Verdict verdict) {
    Interval interval = score(verdict).estimate().interval(Claim.LEVEL);
    return String.format(
        Locale.ROOT,
        "%s: %.4f [%.4f, %.4f] %s",
        score(verdict).slice(),
        score(verdict).estimate().value(),
        interval.lower(),
        interval.upper(),
        verdict.outcome());
  }

  private static Measurement score(Verdict verdict) {
    return verdict.evidence().measurements().get(0);
  }
}
