/** How alike two attribution maps are: ranks, structure, the largest values. */
@NullMarked
package dev.touchstone.similarity;

import org.jspecify.annotations.NullMarked;
