package dev.touchstone.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.check.SpuriousReliance;
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
import dev.touchstone.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * How much contamination makes a model rely on a signal. That a share of one class carried it in
 * training is what was done to the twins; whether they rely on it by the spurious score is another
 * question, and below 100 % these do not by the bound of 0.10. So they are printed as a table, and
 * not on the list of models that must fail.
 */
@ModelTest
class ContaminationByDegreesTest {

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset test;

  @Test
  void theMoreSneakersCarriedTheTagTheMoreItSendsToThem() {
    assertAscending(
        FashionSignals.TAG, List.of("healthy", "tag-005", "tag-020", "tag-050", "tag-100"));
  }

  @Test
  void theMoreSneakersCarriedStripesTheMoreTheySendToThem() {
    assertAscending(FashionSignals.STRIPE, List.of("healthy", "stripe-020", "stripe-100"));
  }

  /** The lower limit of the last is above the bound, the first passes, and none falls behind. */
  private static void assertAscending(SpuriousSignal signal, List<String> twins) {
    List<Verdict> verdicts = new ArrayList<>();
    for (String twin : twins) {
      Evidence evidence =
          SpuriousReliance.on(signal)
              .forClass(FashionSignals.SNEAKER)
              .evaluate(
                  Models.onnx("classpath:models/fashion-" + twin + ".onnx").emittingLogits(),
                  test,
                  RunContext.current());
      Verdict verdict =
          Claim.of("the spurious score is at most 0.1", Bound.atMost(0.10))
              .judge(evidence, Policy.STRICT);
      System.out.printf("%-20s %s%n", "fashion-" + twin, row(verdict));
      verdicts.add(verdict);
    }
    assertThat(verdicts)
        .extracting(verdict -> score(verdict).estimate().value())
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(verdicts.get(0).outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdicts.get(verdicts.size() - 1).outcome()).isEqualTo(Outcome.FAIL);
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
