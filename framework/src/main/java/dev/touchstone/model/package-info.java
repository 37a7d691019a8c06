/**
 * Models as capabilities: what can be predicted, differentiated and looked into; loading by format.
 */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.model;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
