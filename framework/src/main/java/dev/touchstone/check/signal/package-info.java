/** What a model owes to signals that mean nothing. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.check.signal;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
