/** How checks ask models, share what was answered, and write down where evidence comes from. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@NullMarked
package dev.touchstone.check.evaluation;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
