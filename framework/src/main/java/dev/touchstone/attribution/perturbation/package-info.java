/** What explains any model by asking it about changed inputs; a method a file. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.attribution.perturbation;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
