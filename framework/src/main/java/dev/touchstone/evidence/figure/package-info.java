/** Pictures as data, one kind a file; drawn by whoever shows them. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.evidence.figure;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
