/** Which inputs a prediction rests on: one method, one file. */
@NullMarked
package dev.touchstone.attribution;

import org.jspecify.annotations.NullMarked;
