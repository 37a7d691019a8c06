/** One metric a file: what predictions are measured in, with limits that hold. */
@NullMarked
package dev.touchstone.metric;

import org.jspecify.annotations.NullMarked;
