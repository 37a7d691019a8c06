/** What explains predictions, of what, and what it answers; the methods lie below, one a file. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.attribution;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
