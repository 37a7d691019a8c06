package dev.touchstone.gate;

import dev.touchstone.evidence.ListedTest;
import dev.touchstone.evidence.PlainText;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Something that was accepted although the claim does not hold or was not decided; kept in the
 * decision, so that an auditor finds it.
 *
 * @param claim the claim's name in the policy; of a test that need not run, the test's
 * @param group the slice it was accepted for; empty for a test
 * @param what was accepted, in words that are fit to be shown
 * @param reason as the policy or the test states it
 * @param owner who answers for it; null where the test's own reason was accepted, and for a test
 *     that need not run
 * @param expires the exception's last day; null where there is none
 */
public record Allowance(
    String model,
    String claim,
    String group,
    String what,
    String reason,
    @Nullable String owner,
    @Nullable LocalDate expires) {

  /** A model test that need not run, by the policy's own reason. */
  static Allowance of(Candidate candidate, ListedTest test, String reason) {
    return new Allowance(
        candidate.name(),
        test.test(),
        "",
        "the test "
            + test.end().inWords()
            + (test.why().isEmpty() ? "" : ": " + PlainText.of(test.why(), 300)),
        reason,
        null,
        null);
  }

  /** Whether it is about a test that did not run, and not about a claim. */
  public boolean isOfTest() {
    return group.isEmpty();
  }
}
