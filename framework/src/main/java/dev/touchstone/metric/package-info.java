/** One metric a file: what predictions are measured in, with limits that hold. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.metric;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
