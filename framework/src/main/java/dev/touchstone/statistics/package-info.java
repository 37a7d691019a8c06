/** Estimates that keep their sampling distribution: exact intervals, t, multiple testing. */
@NullMarked
package dev.touchstone.statistics;

import org.jspecify.annotations.NullMarked;
