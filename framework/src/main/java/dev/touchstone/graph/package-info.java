/** The white-box form of a model: graph, walks, taps, quantities, and what rules see of a node. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@NullMarked
package dev.touchstone.graph;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
