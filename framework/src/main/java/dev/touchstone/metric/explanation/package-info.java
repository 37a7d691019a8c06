/** What explanations are measured in: one metric, one file. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.metric.explanation;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
