package dev.touchstone.evidence.record;

import dev.touchstone.evidence.Shown;
import dev.touchstone.runtime.TestIdentity;
import java.util.Optional;

/**
 * What a test showed without a claim, read from a file.
 *
 * @param test the test that showed it; empty outside a test framework
 * @param source the file it was read from
 */
public record RecordedFigure(Shown shown, Optional<TestIdentity> test, VerdictSource source) {}
