/** Which training points matter: the head, its influence functions, and detectors. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@NullMarked
package dev.touchstone.influence;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
