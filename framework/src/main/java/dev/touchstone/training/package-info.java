/** Trainers: what makes a model from data, so that a check can plant a bug and train again. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.training;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
