/** What was found, what was claimed, and the verdict. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.evidence;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
