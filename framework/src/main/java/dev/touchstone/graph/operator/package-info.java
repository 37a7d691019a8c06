/** What nodes compute, one operator a file, and one table of what each operator is. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@NullMarked
package dev.touchstone.graph.operator;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
