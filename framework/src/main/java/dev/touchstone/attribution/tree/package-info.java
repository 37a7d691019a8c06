/** Methods that explain sums of trees exactly, by the paths of the trees themselves. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.attribution.tree;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
