package dev.touchstone.guiding.repair;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * What a {@link ModelRepair} is given. Immutable.
 *
 * @param model whose last layer is to be repaired
 * @param training what the model was trained on, or more like it
 * @param audit examples whose labels are trusted, apart from the training data
 * @param concepts examples by which concepts are found in the representation
 * @param ignored the concepts that should not matter: those of importance 0
 */
public record RepairTask(
    Classifier model,
    Dataset training,
    AuditSet audit,
    AnnotatedConcepts concepts,
    List<String> ignored) {

  /**
   * Refuses data of other classes than each other's or the model's, an audit set that overlaps the
   * training data, no concept to ignore, one that is unknown, and one that nothing tells from
   * another, which is not ignored.
   */
  public RepairTask {
    ignored = List.copyOf(ignored);
    requireConcepts(ignored, concepts, training);
    if (training.classNames().size() < 2
        || !training.classNames().equals(audit.data().classNames())) {
      throw new TouchstoneException(
          "%s has the classes %s and the audit set %s has %s; read both with the same classes, two at least"
              .formatted(
                  training.name(),
                  training.classNames(),
                  audit.data().name(),
                  audit.data().classNames()));
    }
    audit.checkedAgainst(training);
    CheckedAnswers.requireClassesOf(model, training);
  }

  /**
   * Refuses no concept to ignore, one that is unknown, one that nothing tells from another, which
   * is not ignored, and examples of another shape.
   */
  static void requireConcepts(List<String> ignored, AnnotatedConcepts concepts, Dataset training) {
    if (ignored.isEmpty()) {
      throw new TouchstoneException(
          "no concept is to be ignored, so that there is nothing to repair; name those that should"
              + " not matter, of "
              + concepts.names()
              + ", or give them the importance 0 in the audit set");
    }
    for (String concept : ignored) {
      List<String> others =
          concepts.alike(concepts.indexOf(concept)).stream()
              .filter(other -> !ignored.contains(other))
              .toList();
      if (!others.isEmpty()) {
        throw new TouchstoneException(
            "the concept \"%s\" should not matter, and \"%s\", which may, is a multiple of it in all %d examples of %s, so that the one comes in by the other; leave \"%s\" out of the concepts, name both, or add examples in which they differ"
                .formatted(
                    concept,
                    others.get(0),
                    concepts.data().size(),
                    concepts.data().name(),
                    others.get(0)));
      }
    }
    concepts.requireShapeOf(training);
  }

  /**
   * Returns a task.
   *
   * @param ignored the concepts that should not matter; if none is named, those that the expert
   *     gave the importance 0 in every example of the audit set
   * @throws TouchstoneException for data of other classes than each other's or the model's, in its
   *     order where its file states one, for an audit set that overlaps the training data, no
   *     concept to ignore, and one that is unknown
   */
  public static RepairTask of(
      Classifier model,
      Dataset training,
      AuditSet audit,
      AnnotatedConcepts concepts,
      String... ignored) {
    return new RepairTask(
        model,
        training,
        audit,
        concepts,
        ignored.length == 0 ? withoutImportance(audit, concepts) : List.of(ignored));
  }

  /** Refuses training weights where groups of examples are weighed. */
  void requireUnweighted(String who) {
    if (training.trainingWeights().isPresent()) {
      throw new TouchstoneException(
          "%s carries training weights, and %s weighs groups; give data.withoutTrainingWeights()"
              .formatted(training.name(), who));
    }
  }

  /** From which probability on the model predicts class 1, where that was declared. */
  OptionalDouble decidedAt() {
    return CheckedAnswers.of(model, audit.data().inputs(0, 1)).threshold();
  }

  /** The concepts that the expert gave the importance 0 throughout. */
  static List<String> withoutImportance(AuditSet audit, AnnotatedConcepts concepts) {
    if (!audit.hasImportances()) {
      return List.of();
    }
    int[][] importances = audit.importances();
    List<String> names = audit.concepts();
    return IntStream.range(0, names.size())
        .filter(q -> Arrays.stream(importances).allMatch(row -> row[q] == 0))
        .mapToObj(names::get)
        .filter(concepts.names()::contains)
        .toList();
  }
}
