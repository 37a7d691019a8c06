/** Maven goals: a thin door to the report and the gate. */
@API(status = API.Status.INTERNAL, since = "0.1")
@NullMarked
package dev.touchstone.maven;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
