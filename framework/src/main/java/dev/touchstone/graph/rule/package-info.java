/**
 * Backward rules that ship with the framework, and what is decided by looking at a graph's nodes.
 */
@NullMarked
package dev.touchstone.graph.rule;

import org.jspecify.annotations.NullMarked;
