/** What training data owe to their labels, and whether training reached every layer. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.check.training;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
