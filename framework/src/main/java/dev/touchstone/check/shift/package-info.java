/** Whether foreign examples are noticed, and whether data have changed. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.check.shift;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
