/** Influence by the weights of whole networks: gradients, and inverse curvatures. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@NullMarked
package dev.touchstone.influence.network;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
