/** Attributions by backward rules that take the place of derivatives: one method, one file. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.attribution.rule;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
