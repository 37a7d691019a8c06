package dev.touchstone.guiding;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.influence.Head;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.HeadProblem;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.TouchstoneException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Training data with labels as given, beside an audit set whose labels are trusted. */
record AuditedTraining(InfluenceContext context, AuditSet audit) {

  /** Refuses what no detector with an audit set of classes can work on. */
  static void check(AuditSet audit, Dataset training) {
    if (audit.data().hasValues()) {
      throw new TouchstoneException(
          "%s has values (%s), and wrong labels are those of classes; of wrong values tells GuidedValues.with(audit)"
              .formatted(audit, audit.data().unit()));
    }
    audit.checkedAgainst(training);
    if (!audit.data().classNames().equals(training.classNames())) {
      throw new TouchstoneException(
          "%s has the classes %s, the training data %s have %s; read both with the same classes"
              .formatted(audit, audit.data().classNames(), training, training.classNames()));
    }
  }

  /** Refuses training weights: the published objectives count every example alike. */
  static void checkUnweighted(String detector, Dataset training) {
    if (training.trainingWeights().isPresent()) {
      throw new TouchstoneException(
          "%s carries training weights, and %s counts every example alike; give data.withoutTrainingWeights()"
              .formatted(training.name(), detector));
    }
  }

  /** What stands for an audit set in provenance. */
  static Map<String, String> settings(AuditSet audit) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("audit data", audit.data().name());
    settings.put("audit examples", Integer.toString(audit.size()));
    settings.put("audit sha256", audit.sha256());
    if (!audit.data().hasValues()) {
      List<String> missing =
          audit.data().classNames().stream()
              .filter(name -> !audit.data().classCounts().containsKey(name))
              .toList();
      if (!missing.isEmpty()) {
        settings.put(
            "audit says nothing of", String.join(", ", missing) + ": no audit example of it");
      }
    }
    return settings;
  }

  int[] labels() {
    return context.training().labels();
  }

  int classes() {
    return context.training().classNames().size();
  }

  int[] auditLabels() {
    return audit.data().labels();
  }

  Trusted trusted() {
    return Trusted.of(auditLabels(), classes(), audit.confidence());
  }

  RowSource representation() {
    return context.encoder().encode(context.training());
  }

  RowSource auditRepresentation() {
    return context.encoder().encode(audit.data());
  }

  /** The problem of a head on what the model's last layer sees. */
  HeadProblem problem(Head head, double auditStrength) {
    return HeadProblem.of(head, data(representation(), auditRepresentation(), auditStrength));
  }

  /** The same on other features of the same examples, as they are. */
  HeadProblem problemOn(Matrix features, Matrix auditFeatures, Head head) {
    return HeadProblem.asGiven(head, data(RowSource.of(features), RowSource.of(auditFeatures), 0));
  }

  private HeadData data(RowSource rows, RowSource auditRows, double auditStrength) {
    HeadData data =
        HeadData.of(rows, labels(), classes())
            .withAudit(auditRows, trusted().targets(), audit.confidence(), auditStrength)
            .computedOn(context.run().settings().device());
    return context.training().trainingWeights().map(data::weightedBy).orElse(data);
  }

  /**
   * What a detector says: the class with the most of every label, and how much of it that is.
   *
   * @param suspected whether a class other than the given one is proposed
   */
  LabelIssues issues(BilevelResult result, boolean... suspected) {
    int[] labels = labels();
    int[] proposed =
        IntStream.range(0, labels.length)
            .map(i -> suspected[i] ? result.proposed()[i] : labels[i])
            .toArray();
    double[] confidence =
        IntStream.range(0, labels.length)
            .mapToDouble(i -> Math.max(0, Math.min(1, result.targets().get(i, proposed[i]))))
            .toArray();
    return LabelIssues.ranked(result.suspicion())
        .proposing(proposed, confidence)
        .remarking(result.describe());
  }

  /** Where another class than the given one has the most of the label. */
  boolean[] moved(Matrix targets) {
    int[] labels = labels();
    boolean[] moved = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      double own = targets.get(i, labels[i]);
      for (double share : targets.row(i)) {
        moved[i] |= share > own;
      }
    }
    return moved;
  }
}
