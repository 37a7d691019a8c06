/** Assertions about models, static and fluent; both decide by the same evidence and claims. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.assertions;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
