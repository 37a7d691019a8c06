package dev.touchstone.gate;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Something that was accepted although the claim does not hold or was not decided; kept in the
 * decision, so that an auditor finds it.
 *
 * @param group the slice it was accepted for
 * @param what was accepted, in words that are fit to be shown
 * @param reason as the policy or the test states it
 * @param owner who answers for it; null where the test's own reason was accepted
 * @param expires the exception's last day; null where there is none
 */
public record Allowance(
    String model,
    String claim,
    String group,
    String what,
    String reason,
    @Nullable String owner,
    @Nullable LocalDate expires) {}
