/** Decides from verdicts and a policy whether a model may ship. */
@NullMarked
package dev.touchstone.gate;

import org.jspecify.annotations.NullMarked;
