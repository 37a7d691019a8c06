/** What was measured of the approved model, as files beside the tests. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.evidence.baseline;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
