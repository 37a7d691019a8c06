/** What a model gives away of the examples that it was trained on. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.check.privacy;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
