/**
 * Backward rules that ship with the framework, and what is decided by looking at a graph's nodes.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
@NullMarked
package dev.touchstone.graph.rule;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
