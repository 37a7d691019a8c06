package dev.touchstone.guiding;

import dev.touchstone.influence.Head;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.HeadProblem;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.ReferenceData;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RandomStreams;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/** Problems with an audit set. */
final class Problems {
  private Problems() {}

  static Trusted trusted(ReferenceData data) {
    double[] costs = new double[data.auditTruth().length];
    Arrays.fill(costs, 1);
    return Trusted.of(data.auditTruth(), data.classes(), costs);
  }

  static HeadProblem of(ReferenceData data, double ridge, double lowerAudit) {
    Trusted trusted = trusted(data);
    double[] costs = new double[data.auditTruth().length];
    Arrays.fill(costs, 1);
    return HeadProblem.of(
        LogisticHead.withDefaults().withRidge(ridge),
        HeadData.of(RowSource.of(data.train()), data.given(), data.classes())
            .withAudit(RowSource.of(data.audit()), trusted.targets(), costs, lowerAudit));
  }

  /** n × d examples and m × d of audit, with these targets. */
  static HeadProblem of(
      Head head, Matrix x, Matrix targets, Matrix audit, Matrix auditTargets, double strength) {
    double[] costs = new double[audit.rows()];
    Arrays.fill(costs, 1);
    return HeadProblem.of(
        head,
        HeadData.of(RowSource.of(x), targets)
            .withAudit(RowSource.of(audit), auditTargets, costs, strength));
  }

  static Matrix random(int rows, int columns, String stream) {
    UniformRandomProvider random = new RandomStreams(11).of(stream);
    return Matrix.of(
        rows, columns, random.doubles((long) rows * columns).map(u -> 4 * u - 2).toArray());
  }

  /** Rows that are distributions, none of them one class alone. */
  static Matrix distributions(int rows, int classes, String stream) {
    Matrix t = random(rows, classes, stream);
    for (int i = 0; i < rows; i++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        t.set(i, c, Math.exp(t.get(i, c)));
        sum += t.get(i, c);
      }
      for (int c = 0; c < classes; c++) {
        t.set(i, c, t.get(i, c) / sum);
      }
    }
    return t;
  }
}
