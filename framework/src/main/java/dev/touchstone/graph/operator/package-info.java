/** What nodes compute, one operator a file, and one table of what each operator is. */
@NullMarked
package dev.touchstone.graph.operator;

import org.jspecify.annotations.NullMarked;
