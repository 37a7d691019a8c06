/** The run: settings, seed, device, native scopes, listeners. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.runtime;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
