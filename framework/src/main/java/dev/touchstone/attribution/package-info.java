/** Which inputs a prediction rests on: one method, one file. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.attribution;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
