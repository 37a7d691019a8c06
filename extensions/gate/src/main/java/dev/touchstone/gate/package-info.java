/** Decides from verdicts and a policy whether a model may ship. */
@API(status = API.Status.INTERNAL, since = "0.1")
@NullMarked
package dev.touchstone.gate;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
