package dev.touchstone.guiding.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.linalg.Matrix;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The layer against SciPy's minimiser ({@code src/test/python/repair_oracle.py}). */
class GuidedErasureTest {
  private static final Json REFERENCE = Json.of("repair.json");

  private static double[] ones(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void agreesWithScipy() {
    requireScores(GuidedErasure.withDefaults(), "erased");
  }

  @Test
  void agreesWithScipyWhereClassSharesAreKept() {
    requireScores(GuidedErasure.withDefaults().keepingClassShares(), "erasedKeepingShares");
  }

  private static void requireScores(GuidedErasure repair, String reference) {
    Matrix training = REFERENCE.matrix("training");
    Scaling scaling = Scaling.of(training);
    Matrix examples = REFERENCE.matrix("examples");
    Matrix audit = REFERENCE.matrix("audit");
    AnnotatedConcepts concepts =
        AnnotatedConcepts.of(
            Tables.of("concepts", examples, new int[examples.rows()]),
            List.of("background"),
            Matrix.of(examples.rows(), 1, REFERENCE.numbers("concept")));

    LinearLayer layer =
        scaling.before(
            repair.layer(
                scaling.apply(training),
                REFERENCE.labels("labels"),
                null,
                scaling.apply(examples),
                concepts,
                scaling.apply(audit),
                REFERENCE.labels("auditLabels"),
                ones(audit.rows()),
                3,
                "cpu"));

    Matrix expected = REFERENCE.matrix(reference);
    for (int i = 0; i < expected.rows(); i++) {
      double[] scores = layer.scores(audit.row(i));
      // A constant added to all scores of a class changes no probability, and no ridge keeps it.
      for (int c = 1; c < 3; c++) {
        assertThat(scores[c] - scores[0])
            .isCloseTo(expected.get(i, c) - expected.get(i, 0), within(1e-7));
      }
    }
  }
}
