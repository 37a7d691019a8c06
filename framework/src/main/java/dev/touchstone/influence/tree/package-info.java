/** Influence through the leaves of boosted trees. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@NullMarked
package dev.touchstone.influence.tree;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
