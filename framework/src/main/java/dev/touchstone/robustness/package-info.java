/**
 * Examples that are changed on purpose: attacks within a threat model, and common corruptions of
 * images; and bounds on what any change within a threat model can do.
 */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.robustness;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
