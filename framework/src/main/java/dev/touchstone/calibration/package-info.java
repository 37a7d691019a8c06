/** Calibration and error rates, as numbers without thresholds. */
@NullMarked
package dev.touchstone.calibration;

import org.jspecify.annotations.NullMarked;
