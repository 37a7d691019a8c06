package dev.touchstone.guiding.repair;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;

/**
 * What {@link ErasedValues} and {@link GuidedValueBottleneck} are given: what a {@link RepairTask}
 * is, of values. Immutable.
 *
 * @param model of one value, whose last layer is to be repaired
 * @param training what the model was trained on, or more like it
 * @param audit examples whose values are trusted, apart from the training data, in their unit
 * @param concepts examples by which concepts are found in the representation
 * @param ignored the concepts that should not matter
 */
public record ValueRepairTask(
    Regressor model,
    Dataset training,
    AuditSet audit,
    AnnotatedConcepts concepts,
    List<String> ignored) {

  /**
   * Refuses data of classes, of other units than each other's, or that carry training weights, an
   * audit set that overlaps the training data, no concept to ignore, one that is unknown, and a
   * model that gives intervals.
   */
  public ValueRepairTask {
    ignored = List.copyOf(ignored);
    RepairTask.requireConcepts(ignored, concepts, training);
    if (!training.hasValues() || !audit.data().hasValues()) {
      throw new TouchstoneException(
          "%s has classes; values are repaired of data with values, and a classifier by RepairTask"
              .formatted(training.hasValues() ? audit : training.name()));
    }
    if (!training.unit().equals(audit.data().unit())) {
      throw new TouchstoneException(
          "%s is in %s, and %s in %s; give both in one unit"
              .formatted(training.name(), training.unit(), audit, audit.data().unit()));
    }
    if (training.trainingWeights().isPresent()) {
      throw new TouchstoneException(
          "%s carries training weights, and repairs of values count every example alike; give data.withoutTrainingWeights()"
              .formatted(training.name()));
    }
    audit.checkedAgainst(training);
    if (CheckedAnswers.of(model, audit.data().first(1), Long.MAX_VALUE).hasIntervals()) {
      throw new TouchstoneException(
          "%s gives intervals, and no one layer makes them; repair a model of the value alone, .emittingValues()"
              .formatted(model.name()));
    }
  }

  /**
   * Returns a task.
   *
   * @param ignored the concepts that should not matter; if none is named, those that the expert
   *     gave the importance 0 in every example of the audit set
   * @throws TouchstoneException for what the constructor refuses
   */
  public static ValueRepairTask of(
      Regressor model,
      Dataset training,
      AuditSet audit,
      AnnotatedConcepts concepts,
      String... ignored) {
    return new ValueRepairTask(
        model,
        training,
        audit,
        concepts,
        ignored.length == 0 ? RepairTask.withoutImportance(audit, concepts) : List.of(ignored));
  }
}
