package dev.touchstone.guiding.repair;

import java.util.List;
import java.util.TreeSet;

/**
 * What one round of guiding found (thesis, Algorithm 1). Immutable.
 *
 * @param task what it was given, with the labels as they were
 * @param labelErrors F_nl, the most suspicious first; at most the budget
 * @param reliances F_spu, the largest change first; at most the budget
 * @param before the model carved into concepts, θ_cbm
 * @param after the bottleneck after guiding, θ
 * @param updated the model with its last layer made anew, on the labels as proposed
 * @param how how the bilevel update ended
 */
public record GuidingRound(
    RepairTask task,
    List<LabelError> labelErrors,
    List<Reliance> reliances,
    CarvedModel before,
    CarvedModel after,
    RepairedModel updated,
    String how) {

  /** Copies the lists. */
  public GuidingRound {
    labelErrors = List.copyOf(labelErrors);
    reliances = List.copyOf(reliances);
  }

  /**
   * A label that seems wrong.
   *
   * @param index of the example in the training data
   * @param id the example's
   * @param given its class
   * @param proposed the class that it should be
   * @param moved 1 − T(i, yᵢ), how much of the label moved, in [0, 1]
   */
  public record LabelError(int index, String id, int given, int proposed, double moved) {}

  /**
   * An example that the model decides by what should not matter.
   *
   * @param index of the example in the training data
   * @param id the example's
   * @param change how much of its label's score goes back to concepts of no importance, in logits
   * @param forLabel the same with its sign: positive where they speak for the label, so that it may
   *     be right for the wrong reason, negative where they speak against it
   */
  public record Reliance(int index, String id, double change, double forLabel) {}

  /** Returns whether nothing is left to inspect. */
  public boolean isEmpty() {
    return labelErrors.isEmpty() && reliances.isEmpty();
  }

  /** Returns the examples of both lists, in order, each once. */
  List<Integer> inspected() {
    TreeSet<Integer> indices = new TreeSet<>();
    labelErrors.forEach(error -> indices.add(error.index()));
    reliances.forEach(reliance -> indices.add(reliance.index()));
    return List.copyOf(indices);
  }

  @Override
  public String toString() {
    return "%d label errors and %d reliances of %s"
        .formatted(labelErrors.size(), reliances.size(), task.model().name());
  }
}
