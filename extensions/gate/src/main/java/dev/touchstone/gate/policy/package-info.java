/** What a release is asked for: the policy as values, read from YAML and written from a run. */
@NullMarked
package dev.touchstone.gate.policy;

import org.jspecify.annotations.NullMarked;
