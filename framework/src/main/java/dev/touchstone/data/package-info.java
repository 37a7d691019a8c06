/** Immutable data sets with stable ids, labels and groups, and the readers that make them. */
@NullMarked
package dev.touchstone.data;

import org.jspecify.annotations.NullMarked;
