package dev.touchstone.guiding;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.ReferenceData;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RunContext;
import java.util.List;
import java.util.stream.IntStream;

/** Trainings of a head on features as they are. */
final class Trainings {
  private Trainings() {}

  static Dataset data(String name, Matrix rows, int[] labels, int classes) {
    float[] values = new float[rows.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows.values()[i];
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, rows.columns()))
        .labels(labels)
        .classNames(IntStream.range(0, classes).mapToObj(c -> "class " + c).toList())
        .build();
  }

  static Dataset given(ReferenceData data) {
    return data("training data", data.train(), data.given(), data.classes());
  }

  static AuditSet audit(ReferenceData data) {
    return AuditSet.of(data("audit data", data.audit(), data.auditTruth(), data.classes()));
  }

  static InfluenceContext of(Dataset training) {
    FittedHead head =
        LogisticHead.withDefaults()
            .fit(HeadData.of(rows(training), training.labels(), training.classNames().size()));
    return new InfluenceContext(training, head, Trainings::rows, List.of(), RunContext.current());
  }

  static RowSource rows(Dataset data) {
    float[] values = data.batch(0, data.size()).values();
    Matrix rows = Matrix.zeros(data.size(), values.length / data.size());
    for (int i = 0; i < values.length; i++) {
      rows.values()[i] = values[i];
    }
    return RowSource.of(rows);
  }
}
