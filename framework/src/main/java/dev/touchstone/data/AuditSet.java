package dev.touchstone.data;

import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A small set of examples whose labels are trusted, apart from the training data (thesis, section
 * 5.2): what a training set is judged by must not be in it.
 */
public final class AuditSet {
  private static final int MOST_SHOWN = 5;

  private final Dataset data;

  private AuditSet(Dataset data) {
    this.data = data;
  }

  /**
   * Trusts the labels of some data.
   *
   * @throws TouchstoneException for no examples, or for training weights, by which no audit weighs
   */
  public static AuditSet of(Dataset trusted) {
    if (trusted.size() == 0) {
      throw new TouchstoneException(
          trusted.name() + " is empty; an audit set needs examples whose labels are trusted");
    }
    if (trusted.trainingWeights().isPresent()) {
      throw new TouchstoneException(
          "%s carries training weights, and an audit counts every example alike; give data.withoutTrainingWeights()"
              .formatted(trusted.name()));
    }
    return new AuditSet(trusted);
  }

  /** Returns the trusted examples. */
  public Dataset data() {
    return data;
  }

  /**
   * Refuses training data that hold an example of this set: one with the same id, where both have
   * ids of their own and not positions, or with the same features.
   *
   * @return this set
   * @throws TouchstoneException naming the first examples that are in both
   */
  public AuditSet checkedAgainst(Dataset training) {
    List<String> shared = new ArrayList<>();
    int count = 0;
    for (int i : overlap(training)) {
      count++;
      if (shared.size() < MOST_SHOWN) {
        shared.add(training.id(i));
      }
    }
    if (count > 0) {
      throw new TouchstoneException(
          "the audit set "
              + data.name()
              + " overlaps the training set "
              + training.name()
              + ": "
              + count
              + " of its "
              + training.size()
              + " examples have an id or features of the audit set, the first with the ids "
              + shared
              + "; train on audit.removedFrom(training)");
    }
    return this;
  }

  /** Returns the training data without the examples that are in this set. */
  public Dataset removedFrom(Dataset training) {
    Set<Integer> shared = new HashSet<>(overlap(training));
    return shared.isEmpty()
        ? training
        : training.where(i -> !shared.contains(i), "without " + data.name());
  }

  private List<Integer> overlap(Dataset training) {
    if (!Arrays.equals(training.shape(), data.shape())) {
      throw new TouchstoneException(
          "the audit set "
              + data.name()
              + " has examples of the shape "
              + Arrays.toString(data.shape())
              + " and the training set "
              + training.name()
              + " of "
              + Arrays.toString(training.shape())
              + "; read both in the same way");
    }
    boolean comparable = training.hasOwnIds() && data.hasOwnIds();
    Set<String> ids = new HashSet<>();
    Set<String> features = new HashSet<>();
    for (int i = 0; i < data.size(); i++) {
      ids.add(data.id(i));
      features.add(hash(data, i));
    }
    List<Integer> shared = new ArrayList<>();
    for (int i = 0; i < training.size(); i++) {
      if (comparable && ids.contains(training.id(i)) || features.contains(hash(training, i))) {
        shared.add(i);
      }
    }
    return shared;
  }

  private static String hash(Dataset of, int example) {
    return of.inputs(example).sha256();
  }

  @Override
  public String toString() {
    return "audit set " + data;
  }
}
