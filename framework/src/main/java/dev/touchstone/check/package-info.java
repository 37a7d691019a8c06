/** One question a file: a model and data in, evidence out. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.check;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
