/** How alike two attribution maps are: ranks, structure, the largest values. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@NullMarked
package dev.touchstone.similarity;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
