/** Estimates that keep their sampling distribution: exact intervals, t, multiple testing. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@NullMarked
package dev.touchstone.statistics;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
