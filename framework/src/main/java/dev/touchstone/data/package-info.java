/** Immutable data sets with stable ids, labels and groups, and the readers that make them. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.data;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
