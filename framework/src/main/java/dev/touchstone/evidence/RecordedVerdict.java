package dev.touchstone.evidence;

import dev.touchstone.runtime.TestIdentity;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A verdict that was read from a file.
 *
 * @param verdict the verdict; its estimates answer at {@link Claim#LEVEL} only
 * @param fingerprint as it was written
 * @param test the test that asked; empty outside a test framework
 * @param reproduce the command that runs the test again
 * @param source the file it was read from
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record RecordedVerdict(
    Verdict verdict,
    String fingerprint,
    Optional<TestIdentity> test,
    Optional<String> reproduce,
    VerdictSource source) {}
