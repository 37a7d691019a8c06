package dev.touchstone.guiding.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.linalg.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The layer against SciPy's minimiser ({@code src/test/python/repair_oracle.py}). */
class GuidedBottleneckTest {
  private static final Json REFERENCE = Json.of("repair.json");
  private static final Matrix AUDIT = REFERENCE.matrix("audit");

  static AnnotatedConcepts concepts() {
    Matrix examples = REFERENCE.matrix("examples");
    return AnnotatedConcepts.of(
        Tables.of("concepts", examples, new int[examples.rows()]),
        List.of("background", "size", "noise", "edge"),
        REFERENCE.matrix("concepts"));
  }

  private static LinearLayer layer(GuidedBottleneck repair) {
    Matrix training = REFERENCE.matrix("training");
    Scaling scaling = Scaling.of(training);
    double[] sure = new double[AUDIT.rows()];
    Arrays.fill(sure, 1);
    return scaling.before(
        repair
            .parts(
                scaling.apply(training),
                REFERENCE.labels("labels"),
                null,
                scaling.apply(REFERENCE.matrix("examples")),
                concepts(),
                new boolean[] {true, false, false, false},
                scaling.apply(AUDIT),
                REFERENCE.labels("auditLabels"),
                sure,
                3)
            .joined());
  }

  @Test
  void agreesWithScipy() {
    requireScores(GuidedBottleneck.withDefaults(), "bottleneck");
  }

  @Test
  void agreesWithScipyWhereClassSharesAreKept() {
    requireScores(GuidedBottleneck.withDefaults().keepingClassShares(), "bottleneckKeepingShares");
  }

  private static void requireScores(GuidedBottleneck repair, String reference) {
    LinearLayer layer = layer(repair);

    Matrix expected = REFERENCE.matrix(reference);
    for (int i = 0; i < expected.rows(); i++) {
      double[] scores = layer.scores(AUDIT.row(i));
      for (int c = 1; c < 3; c++) {
        assertThat(scores[c] - scores[0])
            .isCloseTo(expected.get(i, c) - expected.get(i, 0), within(1e-7));
      }
    }
  }

  /** A shift along the concept's direction moves the scores less, the more it is to be ignored. */
  @Test
  void theMoreAConceptIsIgnoredTheLessItContributes() {
    double before = Double.POSITIVE_INFINITY;
    for (double strength : new double[] {0, .1, 1, 10}) {
      LinearLayer layer = layer(GuidedBottleneck.withDefaults().withIgnoringStrength(strength));
      // Feature 1 holds the background; the others have little to do with it.
      double slope = Math.abs(layer.slopes().get(1, 0) - layer.slopes().get(1, 1));
      assertThat(slope).isLessThan(before);
      before = slope;
    }
  }

  @Test
  void thePenaltysDerivativesAreItsDifferences() {
    Random random = new Random(4);
    Matrix audit = Matrix.zeros(7, 3);
    Matrix w = Matrix.zeros(4, 3);
    for (Matrix matrix : List.of(audit, w)) {
      for (int i = 0; i < matrix.values().length; i++) {
        matrix.values()[i] = random.nextGaussian();
      }
    }
    IgnoredConcepts penalty =
        new IgnoredConcepts(
            audit,
            new int[] {0, 1, 2, 0, 1, 2, 0},
            new double[] {1, .5, 1, 1, 0, 1, .2},
            new boolean[] {true, false, true},
            2);
    Matrix gradient = Matrix.zeros(4, 3);
    penalty.addGradient(w, gradient);
    Matrix hessian = Matrix.zeros(12, 12);
    penalty.addHessian(w, hessian);
    double h = 1e-6;
    for (int at = 0; at < 12; at++) {
      Matrix up = w.copy();
      Matrix down = w.copy();
      up.values()[at] += h;
      down.values()[at] -= h;
      assertThat(gradient.values()[at])
          .isCloseTo((penalty.value(up) - penalty.value(down)) / (2 * h), within(1e-7));
      Matrix above = Matrix.zeros(4, 3);
      Matrix below = Matrix.zeros(4, 3);
      penalty.addGradient(up, above);
      penalty.addGradient(down, below);
      int column = at % 3 * 4 + at / 3;
      for (int other = 0; other < 12; other++) {
        double slope = (above.values()[other] - below.values()[other]) / (2 * h);
        assertThat(hessian.get(other % 3 * 4 + other / 3, column))
            .isCloseTo(slope, within(1e-4 * Math.max(1, Math.abs(slope))));
      }
    }
  }

  @Test
  void settingsThatCannotWorkAreRefused() {
    assertThatThrownBy(() -> GuidedBottleneck.withDefaults().withRidge(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GuidedBottleneck.withDefaults().withIgnoringStrength(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GuidedErasure.withDefaults().withAuditStrength(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
