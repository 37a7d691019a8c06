/** The run: settings, seed, device, native scopes, listeners. */
@NullMarked
package dev.touchstone.runtime;

import org.jspecify.annotations.NullMarked;
