/** Attributions by where the channels of an inner value are active: one method, one file. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.attribution.activation;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
