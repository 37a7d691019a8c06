/** Runs compiled suites against a candidate, each in a JVM of its own, and compares candidates. */
@API(status = API.Status.INTERNAL, since = "0.1")
@NullMarked
package dev.touchstone.gate.run;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
