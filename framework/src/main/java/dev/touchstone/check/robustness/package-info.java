/** What becomes of a model's answers when its inputs are changed on purpose. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.check.robustness;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
