package dev.touchstone.guiding;

import dev.touchstone.data.AuditSet;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.RidgeHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import java.util.Arrays;

/**
 * The concepts of an audit set, read off what the model's last layer sees (thesis, section 5.2.1):
 * of each a logistic regression's log odds or, of a number, a ridge regression's value, fitted to
 * the audit examples and z-scored by the training data.
 *
 * @param training n × q
 * @param audit z̃, m × q
 * @param wanted |ã| ⊙ s, m × q, where ã is what the expert says of the audit examples' concepts,
 *     z-scored by these examples
 */
record AuditedConcepts(Matrix training, Matrix audit, Matrix wanted) {

  /**
   * Reads them off representations.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if the expert gave no importances
   */
  static AuditedConcepts of(AuditSet expert, RowSource rows, RowSource auditRows) {
    double[][] said = expert.conceptValues();
    int[][] importances = expert.importances();
    int q = expert.concepts().size();
    Matrix training = Matrix.zeros(rows.rows(), q);
    Matrix audit = Matrix.zeros(auditRows.rows(), q);
    Matrix wanted = Matrix.zeros(auditRows.rows(), q);
    for (int concept = 0; concept < q; concept++) {
      int at = concept;
      double[] values = Arrays.stream(said).mapToDouble(row -> row[at]).toArray();
      double[] read = new double[training.rows() + audit.rows()];
      FittedHead reader = reader(auditRows, values);
      read(reader, rows, read, 0);
      read(reader, auditRows, read, training.rows());
      standardise(read, training.rows());
      standardise(values, values.length);
      for (int i = 0; i < training.rows(); i++) {
        training.set(i, concept, read[i]);
      }
      for (int j = 0; j < audit.rows(); j++) {
        audit.set(j, concept, read[training.rows() + j]);
        wanted.set(j, concept, Math.abs(values[j]) * importances[j][concept]);
      }
    }
    return new AuditedConcepts(training, audit, wanted);
  }

  private static FittedHead reader(RowSource examples, double... values) {
    boolean binary = Arrays.stream(values).allMatch(value -> value == 0 || value == 1);
    if (!binary) {
      return RidgeHead.withDefaults()
          .fit(HeadData.of(examples, Matrix.of(values.length, 1, values.clone())));
    }
    int[] there = Arrays.stream(values).mapToInt(value -> (int) value).toArray();
    return LogisticHead.withDefaults().fit(HeadData.of(examples, there, 2));
  }

  private static void read(FittedHead reader, RowSource rows, double[] into, int from) {
    Matrix logits = reader.logits(rows);
    for (int i = 0; i < logits.rows(); i++) {
      into[from + i] =
          logits.columns() == 1 ? logits.get(i, 0) : logits.get(i, 1) - logits.get(i, 0);
    }
  }

  /** By the mean and deviation of the first values. */
  private static void standardise(double[] values, int first) {
    double mean = Arrays.stream(values, 0, first).average().orElseThrow();
    double deviation =
        Math.sqrt(
            Arrays.stream(values, 0, first)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElseThrow());
    for (int i = 0; i < values.length; i++) {
      values[i] = deviation > 0 ? (values[i] - mean) / deviation : 0;
    }
  }

  /**
   * The term that wants the expert's importances of a head on these concepts.
   *
   * @param labels of the audit examples; of values 0
   */
  ImportanceTerm term(AuditSet expert, int... labels) {
    boolean[] all = new boolean[audit.columns()];
    Arrays.fill(all, true);
    return new ImportanceTerm(audit, labels, expert.confidence(), wanted, all, 1);
  }

  /** Refuses an audit set whose concepts cannot be read, or of which no importance was said. */
  static void check(AuditSet expert) {
    expert.importances();
    expert.checkedConcepts();
  }
}
