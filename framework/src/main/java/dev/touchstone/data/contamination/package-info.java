/** What can be done to data on purpose: spurious signals, planted in inputs or training sets. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.data.contamination;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
