/**
 * TorchScript archives: what one holds is checked before libtorch sees it, and runs as a module.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
@NullMarked
package dev.touchstone.graph.script;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
