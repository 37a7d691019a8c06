/** Attributions by derivatives of a quantity with respect to the input: one method, one file. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.attribution.gradient;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
