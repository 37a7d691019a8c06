/** Pages that show verdicts: HTML and Markdown. */
@NullMarked
package dev.touchstone.report;

import org.jspecify.annotations.NullMarked;
