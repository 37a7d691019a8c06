/** What was found, what was claimed, and the verdict. */
@NullMarked
package dev.touchstone.evidence;

import org.jspecify.annotations.NullMarked;
