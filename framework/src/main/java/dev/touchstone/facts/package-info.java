/**
 * What is said of models, trainers, data and the machine, in named components; the one place that
 * knows under which names files say it.
 */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.facts;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
