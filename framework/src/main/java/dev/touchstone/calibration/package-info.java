/** Calibration and error rates, as numbers without thresholds. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@NullMarked
package dev.touchstone.calibration;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
