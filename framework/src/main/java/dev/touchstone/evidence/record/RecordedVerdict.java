package dev.touchstone.evidence.record;

import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.runtime.TestIdentity;
import java.util.Optional;

/**
 * A verdict that was read from a file.
 *
 * @param verdict the verdict; its estimates answer at {@link Claim#LEVEL} only
 * @param fingerprint as it was written
 * @param test the test that asked; empty outside a test framework
 * @param reproduce the command that runs the test again
 * @param source the file it was read from
 */
public record RecordedVerdict(
    Verdict verdict,
    String fingerprint,
    Optional<TestIdentity> test,
    Optional<String> reproduce,
    VerdictSource source) {}
