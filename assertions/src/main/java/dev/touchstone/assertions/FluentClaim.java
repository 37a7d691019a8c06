package dev.touchstone.assertions;

import dev.touchstone.evidence.OpenClaims;
import java.util.List;

/** The beginnings of fluent assertions, each noted until its claim is made. */
final class FluentClaim {
  private static final StackWalker STACK =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
  private static final List<Class<?>> OURS = List.of(FluentClaim.class, ModelAssertions.class);

  static final String ON_DATA = ".hasErrorRateWithin(0.05)";
  static final String ON_AUDIT = ".agreesWithExpert(atLeast(0.9))";
  static final String ON_AUDITED_VALUES = ".agreesWithExpertWithin(…, atLeast(0.9))";
  static final String ON_VALUES = ".hasMetric(MeanAbsoluteError.cappedAt(…), atMost(…))";
  static final String ON_PLANTED = ".detectsMislabelledBy(detector, aurocAtLeast(0.9))";

  private FluentClaim() {}

  /**
   * The beginning of a claim about a model.
   *
   * @param claim what may be claimed of models of its kind, such as {@link #ON_DATA}
   */
  static OpenClaims.Opened aboutModel(String claim) {
    return open("assertThatModel(…)", ".on(data)" + claim);
  }

  static OpenClaims.Opened aboutTrainer() {
    return open("assertThatTrainer(…)", ".on(planted)" + ON_PLANTED);
  }

  private static OpenClaims.Opened open(String written, String cure) {
    return Judge.begin(written, cure, caller());
  }

  /** The line of the user's code, such as {@code DigitsTest.java:42}. */
  private static String caller() {
    return STACK.walk(
        frames ->
            frames
                .filter(frame -> !OURS.contains(frame.getDeclaringClass()))
                .findFirst()
                .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                .orElse(""));
  }
}
