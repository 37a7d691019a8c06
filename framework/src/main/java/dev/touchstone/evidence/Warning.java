package dev.touchstone.evidence;

/**
 * What has to be known before a verdict is trusted, whatever its outcome. It changes no outcome:
 * message, report, closing table and gate show it beside the verdict.
 *
 * @param kind what is wrong, in a few words joined by hyphens that stay the same from version to
 *     version, such as {@value #ONE_CLASS}
 * @param text a sentence without its capital and its full stop: what was found, and what to do
 */
public record Warning(String kind, String text) {
  /** An answer that never looks at its input meets the claim, too. */
  public static final String MET_BY_A_GUESS = "met-by-a-guess";

  /** The model's file calls its classes otherwise than the data do. */
  public static final String OTHER_CLASS_NAMES = "other-class-names";

  /** Far fewer answers would be wrong if the classes stood in another order. */
  public static final String OTHER_CLASS_ORDER = "other-class-order";

  /** So many examples repeat an earlier one that they may be copies, and not independent. */
  public static final String COPIED_EXAMPLES = "copied-examples";

  /** The data are clustered, and a rate takes all examples for independent. */
  public static final String IGNORES_CLUSTERS = "ignores-clusters";

  /** The model predicts the same class for all examples, whose labels differ. */
  public static final String ONE_CLASS = "one-class";

  /** The model predicts the same value for all examples, whose values differ. */
  public static final String ONE_VALUE = "one-value";

  /** The class that a model file names in an output of its own is not the one its scores favour. */
  public static final String LABEL_CONTRADICTS_SCORES = "label-contradicts-scores";

  /** The model file names the class that it predicts in an output that could not be read. */
  public static final String LABEL_NOT_READ = "label-not-read";

  /** The data are too few to show the claim, whatever the model answers. */
  public static final String CANNOT_PASS = "cannot-pass";

  /** Of a class that the model can predict the audit set has no example. */
  public static final String CLASS_NOT_AUDITED = "class-not-audited";

  /** What an attack that follows gradients did not break shows nothing. */
  public static final String GRADIENTS_MASKED = "gradients-masked";

  /**
   * Refuses a kind or a text that says nothing.
   *
   * @throws IllegalArgumentException for a kind of other characters than small letters and hyphens,
   *     or a blank text
   */
  public Warning {
    if (!kind.matches("[a-z]+(-[a-z]+)*")) {
      throw new IllegalArgumentException(
          "a warning's kind is small letters joined by hyphens, such as \"one-class\", was \""
              + PlainText.of(kind, 60)
              + "\"");
    }
    if (text.isBlank()) {
      throw new IllegalArgumentException("a warning of kind " + kind + " needs a text");
    }
  }
}
