/**
 * Whether foreign examples are noticed, whether data have changed, and whether they are prepared
 * alike.
 */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.check.shift;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
