/** What can be done to data on purpose: spurious signals, planted in inputs or training sets. */
@NullMarked
package dev.touchstone.data.contamination;

import org.jspecify.annotations.NullMarked;
