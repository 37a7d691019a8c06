/** The JUnit Jupiter extension: injection, lifecycle, settings, attachments. */
@NullMarked
package dev.touchstone.jupiter;

import org.jspecify.annotations.NullMarked;
