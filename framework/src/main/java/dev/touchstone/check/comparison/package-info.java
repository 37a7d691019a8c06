/** What a model is worth beside a bound, another group, the model before, and the approved one. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.check.comparison;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
