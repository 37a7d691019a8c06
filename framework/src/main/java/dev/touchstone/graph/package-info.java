/** The white-box form of a model: graph, walks, taps, quantities, and what rules see of a node. */
@NullMarked
package dev.touchstone.graph;

import org.jspecify.annotations.NullMarked;
