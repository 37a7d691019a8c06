package dev.touchstone.data;

import dev.touchstone.facts.DataFacts;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;

/**
 * Examples of several labels, each there or not for itself: topics of a text, findings on an image.
 * For each label they are data of two classes, absent and present. Immutable.
 *
 * <pre>{@code
 * MultiLabelDataset test =
 *     Datasets.csv("classpath:data/comments.csv").loadLabels("toxic", "obscene", "threat");
 * }</pre>
 */
public final class MultiLabelDataset {
  private final Dataset examples;
  private final List<String> labels;

  /** By label and example, 0 or 1. */
  private final int[][] present;

  private MultiLabelDataset(Dataset examples, List<String> labels, int[][] present) {
    this.examples = examples;
    this.labels = labels;
    this.present = present;
  }

  /**
   * Returns examples with their labels, in the place of those that they may have.
   *
   * @param labels their names
   * @param indicators by example and label, 1 where the example has the label and else 0:
   *     scikit-learn's label indicator matrix
   * @throws TouchstoneException for fewer than two labels, a name twice, more or fewer rows than
   *     examples, a row of another length, or a number other than 0 and 1
   */
  public static MultiLabelDataset of(Dataset examples, List<String> labels, int[][] indicators) {
    List<String> names = List.copyOf(labels);
    LabelNames.require(examples.name(), names);
    if (indicators.length != examples.size()) {
      throw new TouchstoneException(
          "%s: %d rows of labels for %d examples; give a row of 0 and 1 for each example"
              .formatted(examples.name(), indicators.length, examples.size()));
    }
    int[][] present = new int[names.size()][indicators.length];
    for (int i = 0; i < indicators.length; i++) {
      if (indicators[i].length != names.size()) {
        throw new TouchstoneException(
            "%s: the row of labels of example %s has %d numbers, and there are %d labels, %s"
                .formatted(
                    examples.name(), examples.id(i), indicators[i].length, names.size(), names));
      }
      for (int label = 0; label < names.size(); label++) {
        int indicator = indicators[i][label];
        if (indicator != 0 && indicator != 1) {
          throw new TouchstoneException(
              "%s: label \"%s\" of example %s is %d; give 1 where the example has the label, and else 0"
                  .formatted(examples.name(), names.get(label), examples.id(i), indicator));
        }
        present[label][i] = indicator;
      }
    }
    return new MultiLabelDataset(examples.ofSeveralLabels(names, present), names, present);
  }

  /** Returns what to call the data in messages. */
  public String name() {
    return examples.name();
  }

  /** Returns how many examples there are. */
  public int size() {
    return examples.size();
  }

  /** Returns the names of the labels. */
  public List<String> labels() {
    return labels;
  }

  /** Returns what provenance holds of the data; their hash covers all labels. */
  public DataFacts facts() {
    return examples.facts();
  }

  /**
   * Returns the examples as data of one label: class 0 where they do not have it, class 1 where
   * they do.
   *
   * @throws TouchstoneException for a label that there is not
   */
  public Dataset ofLabel(String label) {
    int at = labels.indexOf(label);
    if (at < 0) {
      throw new TouchstoneException(
          "%s has no label \"%s\"; it has %s".formatted(name(), label, labels));
    }
    return examples.ofLabel(label, present[at]);
  }

  /**
   * Returns the same data, of which every claim is also made for each group.
   *
   * @throws TouchstoneException for a column that there is not
   * @see Dataset#groupedBy
   */
  public MultiLabelDataset groupedBy(String... groupColumns) {
    return new MultiLabelDataset(examples.groupedBy(groupColumns), labels, present);
  }

  @Override
  public String toString() {
    return examples.toString();
  }
}
