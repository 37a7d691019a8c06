/** Runs compiled suites against a candidate, each in a JVM of its own, and compares candidates. */
@NullMarked
package dev.touchstone.gate.run;

import org.jspecify.annotations.NullMarked;
