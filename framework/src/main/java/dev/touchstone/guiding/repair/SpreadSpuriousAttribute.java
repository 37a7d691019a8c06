package dev.touchstone.guiding.repair;

import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fits the last layer by {@link GroupDro} to groups that a classifier of the audit set sees in the
 * training data (Nam et al. 2022, "Spread Spurious Attribute"): it has to know what the concepts to
 * ignore are in the audit examples alone.
 *
 * <ol>
 *   <li>For each concept a logistic regression on the audit examples' representation.
 *   <li>What it says of the training examples makes their groups, with the label.
 *   <li>{@link GroupDro} on these.
 * </ol>
 *
 * <p>The paper trains a network to see the attribute, and teaches it with its own surest answers;
 * here the representation is given, and a linear classifier has one optimum.
 *
 * @param robust what is fitted to the groups; its ridge is the classifiers', too
 */
public record SpreadSpuriousAttribute(GroupDro robust) implements ModelRepair {
  private static final String WHO = "SpreadSpuriousAttribute";

  /** Makes it with {@link GroupDro#withDefaults()}. */
  public static SpreadSpuriousAttribute withDefaults() {
    return new SpreadSpuriousAttribute(GroupDro.withDefaults());
  }

  /**
   * Returns a copy with another λ.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public SpreadSpuriousAttribute withRidge(double lambda) {
    return new SpreadSpuriousAttribute(robust.withRidge(lambda));
  }

  /**
   * {@inheritDoc}
   *
   * @throws dev.touchstone.runtime.TouchstoneException if the audit set does not say what a concept
   *     to ignore is in its examples, or the same of all, if the training data carry weights, or
   *     where it does not converge
   */
  @Override
  public RepairedModel repair(RepairTask task, RunContext context) {
    ClassShares.requireKept(task, "GuidedErasure.withDefaults()");
    task.requireUnweighted(WHO);
    List<String[]> audited =
        task.ignored().stream().map(name -> AuditedAttributes.of(task.audit(), name, WHO)).toList();
    Represented represented = Represented.by(task.model(), WHO, context);
    Matrix training = represented.of(task.training());
    Matrix audit = represented.of(task.audit().data());
    String[] names =
        Arrays.stream(task.training().labels()).mapToObj(Integer::toString).toArray(String[]::new);
    for (String[] attribute : audited) {
      String[] seen = seen(audit, attribute, training);
      for (int i = 0; i < names.length; i++) {
        names[i] += " & " + seen[i];
      }
    }
    GroupDro.Robust fitted = robust.fit(task, training, Groups.of(names), context);
    return RepairedModel.of(task, LinearLayer.of(fitted.head()), toString() + fitted.how());
  }

  /** What a classifier of the audit examples says of training examples. */
  private String[] seen(Matrix audit, String[] attribute, Matrix training) {
    List<String> values = Arrays.stream(attribute).distinct().sorted().toList();
    int[] classes = Arrays.stream(attribute).mapToInt(values::indexOf).toArray();
    FittedHead classifier =
        LogisticHead.withDefaults()
            .withRidge(robust.ridge())
            .fit(HeadData.of(RowSource.of(audit), classes, values.size()));
    Matrix logits = classifier.logits(training);
    return IntStream.range(0, training.rows())
        .mapToObj(i -> values.get(Predictions.mostProbable(logits.row(i))))
        .toArray(String[]::new);
  }

  @Override
  public String toString() {
    return "spread spurious attribute, " + robust;
  }
}
