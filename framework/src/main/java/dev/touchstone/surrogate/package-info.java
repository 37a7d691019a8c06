/** What stands in for a model and can be read: a tree, or rules, fitted to the model's answers. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.surrogate;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
