/** Maven goals: a thin door to the report and the gate. */
@NullMarked
package dev.touchstone.maven;

import org.jspecify.annotations.NullMarked;
