package dev.touchstone.model;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/** A row of a batch that is no answer: which it was, what it held and what to do about it. */
final class InvalidAnswerException extends TouchstoneException {
  private static final long serialVersionUID = 1L;
  private static final int MOST_SHOWN = 5;

  private final String said;
  private final int row;
  private final String fault;

  /**
   * About a row of a batch.
   *
   * @param said what is known of the model's outputs, to follow its name, such as {@code "was
   *     declared to emit LOGITS"}
   * @param fault what is wrong with the row, and the cure
   */
  InvalidAnswerException(String model, String said, int row, double[] values, String fault) {
    this(model, said, row, "row " + row + " of the batch", shown(values) + ": " + fault);
  }

  private InvalidAnswerException(String model, String said, int row, String where, String fault) {
    super("%s %s, and %s is %s".formatted(model, said, where, fault));
    this.said = said;
    this.row = row;
    this.fault = fault;
  }

  private static String shown(double[] values) {
    String first = Arrays.toString(Arrays.copyOf(values, Math.min(MOST_SHOWN, values.length)));
    return values.length <= MOST_SHOWN
        ? first
        : first.substring(0, first.length() - 1) + ", … (" + values.length + " numbers)]";
  }

  /**
   * The same said of an example.
   *
   * @param from the batch's first example in the data
   */
  InvalidAnswerException of(String model, Dataset data, int from) {
    int example = from + row;
    String where = "row " + example + " of " + data.name();
    if (data.hasOwnIds()) {
      where += " (" + data.id(example) + ")";
    }
    return new InvalidAnswerException(model, said, row, where, fault);
  }
}
