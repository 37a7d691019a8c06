/**
 * What explanations are worth: whether they follow the weights, and whether models explain alike.
 */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.check.explanation;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
